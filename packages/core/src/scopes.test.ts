import { describe, expect, it } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"

/** Two processes over a store without removal by prefix, so that every entry is in a generation. Both have seen it. */
async function setUp() {
  const backend = Object.assign(new MapBackend(), { clear: undefined as never })
  const [cache, other] = [new Cache(backend), new Cache(backend)]
  await cache.set("seen", 1)
  await other.set("seen", 1)
  backend.calls.length = 0
  return { backend, cache, other }
}

describe("the generation of entries", () => {
  it("is asked for once by all who write in one turn", async () => {
    const { backend, cache } = await setUp()
    await Promise.all(Array.from({ length: 10 }, (_, index) => cache.set(`k${index}`, index)))
    expect(backend.calls.filter((call) => call !== "set")).toEqual(["get"])
    await cache.set("k", 1)
    expect(backend.calls.filter((call) => call !== "set")).toEqual(["get", "get"])
  })

  it("is the current one for a write that began under another", async () => {
    const { cache, other } = await setUp()
    await other.clear()
    await cache.set("k", 1)
    expect(await other.get("k")).toBe(1)
  })

  it("is the current one for a read, when others have cleared and written meanwhile", async () => {
    const { cache, other } = await setUp()
    await other.clear()
    expect(await cache.get("seen")).toBeUndefined()
    await other.set("seen", 2)
    expect(await cache.get("seen")).toBe(2)
  })

  it("is the current one for a read of many, too, which answers in the order of its keys", async () => {
    const { cache, other } = await setUp()
    await cache.setMany({ a: 1, b: 1, c: 1 })
    await other.clear()
    await other.setMany({ a: 2, c: 2 })
    const found = await cache.getMany(["a", "b", "c", "a"])
    expect([...found]).toEqual([
      ["a", 2],
      ["c", 2],
    ])
  })

  it("decides what becomes of a write that failed under another", async () => {
    const { cache, other } = await setUp()
    await cache.set("n", "no number")
    await other.clear()
    await other.set("n", 5)
    expect(await cache.incr("n")).toBe(6)
    await other.set("n", "no number")
    await expect(cache.incr("n")).rejects.toThrow(TypeError)
  })

  it("may be unknown to a store that then takes a write after all", async () => {
    const { backend, cache } = await setUp()
    const failing = Promise.reject(new Error("down"))
    let answer = (): void => undefined
    backend.get = () => failing
    backend.set = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const writing = expect(cache.set("k", 1)).resolves.toBeUndefined()
    // A failure that nobody waits for yet ends no process.
    await new Promise(setImmediate)
    answer()
    await writing
    expect(await cache.get("k")).toBeUndefined()
  })
})
