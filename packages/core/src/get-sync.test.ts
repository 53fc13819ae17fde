import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import { operations } from "./tracing.js"

/** A store that answers at once. */
class MemoryBackend extends MapBackend {
  getSync(key: string): Uint8Array | undefined {
    return this.entries.get(key)?.value
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe("getSync", () => {
  it("answers what get would", async () => {
    const cache = new Cache(new MemoryBackend())
    expect(cache.getSync("key")).toBeUndefined()
    await cache.set("key", { a: [1] })
    await cache.set("zero", 0)
    await cache.set("other", "second", { version: 2 })
    expect(cache.getSync("key")).toEqual({ a: [1] })
    expect(cache.getSync("zero")).toBe(0)
    expect(cache.getSync("other", { version: 2 })).toBe("second")
    await cache.delete("key")
    expect(cache.getSync("key")).toBeUndefined()
  })

  it("answers no entry whose tags were invalidated, by whomever", async () => {
    const backend = new MemoryBackend()
    const [cache, other] = [new Cache(backend), new Cache(backend)]
    await cache.set("page", "text", { tags: ["a", "b"] })
    expect(cache.getSync("page")).toBe("text")
    await other.invalidateTags(["b"])
    expect(cache.getSync("page")).toBeUndefined()
  })

  it("answers no entry that could not be overwritten", async () => {
    const backend = new MemoryBackend()
    const cache = new Cache(backend)
    await cache.set("key", "old")
    vi.spyOn(backend, "set").mockRejectedValue(new Error("full"))
    vi.spyOn(process, "emitWarning").mockReturnValue()
    await cache.set("key", "new")
    expect(cache.getSync("key")).toBeUndefined()
  })

  it("rejects keys that get rejects", () => {
    expect(() => new Cache(new MemoryBackend()).getSync("")).toThrow("A key must not be empty")
  })

  it("leaves to get what only get can tell", async () => {
    const backend = new MemoryBackend()
    const cache = new Cache(backend)
    await cache.set("key", 1)
    const listener = (): void => {}
    operations.start.subscribe(listener)
    expect(cache.getSync("key")).toBeUndefined()
    operations.start.unsubscribe(listener)
    expect(cache.getSync("key")).toBe(1)

    const space = cache.namespace("space")
    await space.set("key", 1)
    expect(space.getSync("key")).toBeUndefined()

    vi.spyOn(backend, "getSync").mockImplementationOnce(() => {
      throw new Error("no clock")
    })
    expect(cache.getSync("key")).toBeUndefined()

    const remote = new Cache(new MapBackend())
    await remote.set("key", 1)
    expect(remote.getSync("key")).toBeUndefined()

    await cache.close()
    expect(cache.getSync("key")).toBeUndefined()
  })
})

describe("a store that answers at once", () => {
  it("is asked for hits without a promise, and by get for what it does not have", async () => {
    const backend = new MemoryBackend()
    const cache = new Cache(backend)
    await cache.set("key", "value")
    const get = vi.spyOn(backend, "get")
    expect(await cache.get("key")).toBe("value")
    expect(await cache.getOrSet("key", () => "made")).toBe("value")
    expect(get).not.toHaveBeenCalled()
    expect(await cache.get("none")).toBeUndefined()
    expect(get).toHaveBeenCalledOnce()
  })

  it("is asked by get where it throws", async () => {
    const backend = new MemoryBackend()
    const cache = new Cache(backend)
    await cache.set("key", "value")
    vi.spyOn(backend, "getSync").mockImplementation(() => {
      throw new Error("not now")
    })
    expect(await cache.get("key")).toBe("value")
    expect(await cache.getOrSet("key", () => "made")).toBe("value")
  })
})
