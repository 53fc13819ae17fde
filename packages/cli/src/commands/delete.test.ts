import { Cache } from "@larder/core"
import { describe, expect, it } from "vitest"
import { broken, failureOf, larder, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend())
const settings = { default: { backend } }

describe("larder delete", () => {
  it("removes entries, and says which were there; afterwards none is, and all is well", async () => {
    await cache.setMany({ one: 1, two: 2, three: 3 })
    expect(await larder(settings, ["delete", "one", "none", "two"])).toMatchObject({
      code: 0,
      out: ["one: removed", "none: there was no entry", "two: removed"],
      error: [],
    })
    expect([...(await cache.getMany(["one", "two", "three"])).keys()]).toEqual(["three"])
  })

  it("answers JSON on one line", async () => {
    await cache.set("one", 1)
    const { out } = await larder(settings, ["delete", "one", "none", "--json"])
    expect(out.map((line) => JSON.parse(line))).toEqual([
      [
        { key: "one", ok: true, found: true },
        { key: "none", ok: true, found: false },
      ],
    ])
  })

  it("says of each key that the store failed", async () => {
    expect(await larder({ default: broken }, ["delete", "one", "two"])).toMatchObject({
      code: 1,
      out: [],
      error: [`one: ${failureOf('delete of "one"')}`, `two: ${failureOf('delete of "two"')}`],
    })
  })

  it("refuses to remove nothing", async () => {
    expect(await larder(settings, ["delete"])).toMatchObject({
      code: 2,
      error: ["larder: There is no key", "larder delete --help explains the command"],
    })
  })
})
