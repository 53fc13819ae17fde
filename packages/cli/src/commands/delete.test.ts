import { Cache } from "@larder/core"
import { describe, expect, it } from "vitest"
import { broken, failureOf, larder, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend())
const settings = { default: { backend } }

describe("larder delete", () => {
  it("removes entries, reports which existed, and succeeds if some did not", async () => {
    await cache.setMany({ one: 1, two: 2, three: 3 })
    expect(await larder(settings, ["delete", "one", "none", "two"])).toMatchObject({
      code: 0,
      out: ["one: removed", "none: no entry", "two: removed"],
      error: [],
    })
    expect([...(await cache.getMany(["one", "two", "three"])).keys()]).toEqual(["three"])
  })

  it("prints JSON on one line", async () => {
    await cache.set("one", 1)
    const { out } = await larder(settings, ["delete", "one", "none", "--json"])
    expect(out.map((line) => JSON.parse(line))).toEqual([
      [
        { key: "one", ok: true, found: true },
        { key: "none", ok: true, found: false },
      ],
    ])
  })

  it("reports the failure of the store for each key", async () => {
    expect(await larder({ default: broken }, ["delete", "one", "two"])).toMatchObject({
      code: 1,
      out: [],
      error: [`one: ${failureOf('delete of "one"')}`, `two: ${failureOf('delete of "two"')}`],
    })
  })

  it("requires a key", async () => {
    expect(await larder(settings, ["delete"])).toMatchObject({
      code: 2,
      error: ["larder: Pass at least one key", "larder delete --help explains the command"],
    })
  })
})
