import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { BackendError } from "./errors.js"
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

  it("answers the default where there is none", async () => {
    const cache = new Cache(new MemoryBackend())
    await cache.set("page", "text", { tags: ["a"] })
    await cache.set("nothing", null)
    expect(cache.getSync("page", { default: "none" })).toBe("text")
    expect(cache.getSync("nothing", { default: "none" })).toBeNull()
    expect(cache.getSync("other", { default: "none" })).toBe("none")
    await cache.invalidateTags(["a"])
    expect(cache.getSync("page", { default: "none" })).toBe("none")
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
    expect(cache.getSync("key", { default: 2 })).toBeUndefined()
    operations.start.unsubscribe(listener)
    expect(cache.getSync("key")).toBe(1)

    const space = cache.namespace("space")
    await space.set("key", 1)
    expect(space.getSync("key", { default: 2 })).toBeUndefined()

    const remote = new Cache(new MapBackend())
    await remote.set("key", 1)
    expect(remote.getSync("key", { default: 2 })).toBeUndefined()

    await cache.close()
    expect(cache.getSync("key", { default: 2 })).toBeUndefined()
  })
})

describe("a store that answers at once", () => {
  it("is read once for each call, without a promise, hit or miss", async () => {
    const backend = new MemoryBackend()
    const cache = new Cache(backend)
    await cache.set("key", "value")
    const [get, getSync] = [vi.spyOn(backend, "get"), vi.spyOn(backend, "getSync")]
    expect(await cache.get("key")).toBe("value")
    expect(await cache.has("key")).toBe(true)
    expect(await cache.getOrSet("key", () => "made")).toBe("value")
    expect(await cache.get("none")).toBeUndefined()
    expect(await cache.has("none")).toBe(false)
    expect(await cache.getOrSet("none", () => undefined)).toBeUndefined()
    expect(getSync.mock.calls.map(([key]) => key)).toEqual([
      ":1:key",
      ":1:key",
      ":1:key",
      ":1:none",
      ":1:none",
      ":1:none",
    ])
    expect(get).not.toHaveBeenCalled()
  })

  it("shares a miss among all who ask in one turn", async () => {
    const backend = new MemoryBackend()
    const cache = new Cache(backend)
    const getSync = vi.spyOn(backend, "getSync")
    const produce = vi.fn(() => "made")
    const asked = Array.from({ length: 3 }, () => cache.getOrSet("key", produce))
    expect(await Promise.all(asked)).toEqual(["made", "made", "made"])
    expect([getSync, produce].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })
})

describe("a store that answers at once, and fails,", () => {
  /** Each way to read one entry. */
  const reads = (cache: Cache): readonly (() => unknown)[] => [
    () => cache.get("key"),
    () => cache.has("key"),
    () => cache.getOrSet("key", () => "made"),
    () => cache.getSync("key"),
  ]

  function failing(options: CacheOptions) {
    const backend = new MemoryBackend()
    vi.spyOn(process, "emitWarning").mockReturnValue()
    const getSync = vi.spyOn(backend, "getSync").mockImplementation(() => {
      throw new Error("disk on fire")
    })
    return { cache: new Cache(backend, { alias: "pages", ...options }), getSync }
  }

  it("has nothing, and is not asked again by get", async () => {
    const { cache, getSync } = failing({})
    const get = vi.spyOn(cache.backend, "get")
    const answers = await Promise.all(reads(cache).map((read) => read()))
    expect(answers).toEqual([undefined, false, "made", undefined])
    expect(cache.getSync("key", { default: "none" })).toBe("none")
    expect(getSync).toHaveBeenCalledTimes(5)
    expect(get).not.toHaveBeenCalled()
    expect(process.emitWarning).toHaveBeenCalledOnce()
  })

  it('makes each read fail with onError "throw"', async () => {
    const { cache } = failing({ onError: "throw" })
    for (const read of reads(cache)) {
      const error = await Promise.resolve()
        .then(read)
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(BackendError)
      expect(error).toMatchObject({ alias: "pages", backend: "map", key: "key", cause: { message: "disk on fire" } })
    }
  })

  it.each([0, 1, 2, 3])("counts as down after five failures in a row, by read %i", async (which) => {
    const { cache, getSync } = failing({ operationTimeout: 1 })
    const read = reads(cache)[which]
    for (let call = 0; call < 8; call++) await read?.()
    expect(getSync).toHaveBeenCalledTimes(5)
  })

  it.each([0, 1, 2, 3])("and answers again counts as up again, by read %i", async (which) => {
    const { cache, getSync } = failing({ operationTimeout: 1 })
    for (let call = 0; call < 4; call++) await cache.get("key")
    getSync.mockImplementationOnce(() => new TextEncoder().encode("1"))
    await reads(cache)[which]?.()
    for (let call = 0; call < 4; call++) await cache.get("key")
    expect(getSync).toHaveBeenCalledTimes(9)
  })
})
