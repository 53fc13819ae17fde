import { Cache } from "@larder/core"
import { describe, expect, it } from "vitest"
import { broken, failureOf, larder, plain, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend())
const settings = { default: { backend, timeout: "1h" as const } }

describe("larder touch", () => {
  it("sets the timeout, by default that of the cache, and fails for missing entries", async () => {
    await cache.setMany({ one: 1, two: 2 }, 10)
    expect(await larder(settings, ["touch", "one", "none", "--timeout", "2m"])).toMatchObject({
      code: 1,
      out: ["one: touched"],
      error: ["none: no entry"],
    })
    await larder(settings, ["touch", "two"])
    expect([await cache.ttl("one"), await cache.ttl("two")].map((left) => Math.round(left ?? 0))).toEqual([120, 3_600])
  })

  it("prints JSON on one line", async () => {
    await cache.set("one", 1)
    const { out } = await larder(settings, ["touch", "one", "none", "--timeout", "never", "--json"])
    expect(out.map((line) => JSON.parse(line))).toEqual([
      [
        { key: "one", ok: true, found: true },
        { key: "none", ok: false, found: false },
      ],
    ])
    expect(await cache.ttl("one")).toBe(null)
  })

  it("fails if the store fails, which is a miss for programs", async () => {
    expect(await larder({ default: broken }, ["touch", "one"])).toMatchObject({
      code: 1,
      error: [`one: ${failureOf('touch of "one"')}`],
    })
  })

  it("names a backend without touch", async () => {
    expect(await larder({ default: plain }, ["touch", "one", "two"])).toMatchObject({
      code: 2,
      error: ["larder: touch is not supported: the plain backend has no touch", expect.anything()],
    })
  })

  it("requires a key, and rejects an invalid timeout", async () => {
    expect((await larder(settings, ["touch"])).code).toBe(2)
    expect((await larder(settings, ["touch", "one", "--timeout", "soon"])).code).toBe(2)
  })
})
