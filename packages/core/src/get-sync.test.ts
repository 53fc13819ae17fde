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

  it("answers in a namespace what get would there, and nothing once somebody has cleared it", async () => {
    const backend = new MemoryBackend()
    const [space, other] = [new Cache(backend), new Cache(backend)].map((cache) => cache.namespace("a").namespace("b"))
    await space?.set("key", "text", { tags: ["t"] })
    expect(space?.getSync("key")).toBe("text")
    expect(space?.getSync("other", { default: "none" })).toBe("none")
    await other?.clear()
    expect(space?.getSync("key", { default: "only get can tell" })).toBeUndefined()
    expect(await space?.get("key")).toBeUndefined()
  })

  it("rejects keys that get rejects", () => {
    const cache = new Cache(new MemoryBackend())
    for (const view of [cache, cache.namespace("space")]) {
      expect(() => view.getSync("")).toThrow("A key must not be empty")
      expect(() => view.getSync(7 as never)).toThrow("A key is a string")
    }
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

    const unseen = new Cache(backend).namespace("space")
    await cache.namespace("space").set("key", 1)
    expect(unseen.getSync("key", { default: 2 })).toBeUndefined()
    expect(await unseen.get("key")).toBe(1)
    expect(unseen.getSync("key", { default: 2 })).toBe(1)

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

  it("tells a hit with its tags, and in a namespace, without a promise, and takes writes there without asking", async () => {
    const backend = new MemoryBackend()
    const cache = new Cache(backend)
    const space = cache.namespace("space")
    for (const view of [cache, space]) {
      await view.set("plain", "value")
      await view.set("tagged", "value", { tags: ["t"] })
      // The first read learns which tokens it needs.
      await view.get("tagged")
    }
    backend.calls.length = 0
    for (const view of [cache, space]) {
      for (const key of ["plain", "tagged"]) {
        expect(await view.get(key)).toBe("value")
        expect(await view.has(key)).toBe(true)
        expect(await view.getOrSet(key, () => "made", { tags: ["t"] })).toBe("value")
      }
    }
    expect(backend.calls).toEqual([])
    await space.set("plain", "newer")
    expect(await space.delete("tagged")).toBe(true)
    expect(backend.calls).toEqual(["set", "delete"])
    expect(await cache.namespace("space").get("plain")).toBe("newer")
  })

  it("finds what others did meanwhile to a namespace", async () => {
    const backend = new MemoryBackend()
    const [space, other] = [new Cache(backend).namespace("space"), new Cache(backend).namespace("space")]
    await space.set("key", "old")
    await other.clear()
    expect(await space.get("key")).toBeUndefined()
    expect(await space.getOrSet("key", () => "made")).toBe("made")
    await other.clear()
    await space.set("key", "new")
    expect(await other.get("key")).toBe("new")
    await other.invalidateTags(["t"])
    await space.set("tagged", "old", { tags: ["t"] })
    await other.invalidateTags(["t"])
    expect(await space.getOrSet("tagged", () => "made", { tags: ["t"] })).toBe("made")
  })

  it("is asked for a token once in a turn, and again as soon as somebody has replaced it", async () => {
    const backend = new MemoryBackend()
    const [space, other] = [new Cache(backend).namespace("space"), new Cache(backend).namespace("space")]
    for (const key of ["a", "b", "c"]) await space.set(key, "old", { tags: ["t"] })
    await Promise.all(["a", "b", "c"].map((key) => space.get(key)))
    const getSync = vi.spyOn(backend, "getSync")
    const found = await Promise.all(["a", "b", "c"].map((key) => space.get(key)))
    expect(found).toEqual(["old", "old", "old"])
    // Those of the namespace and of the tag, and three entries.
    expect(getSync).toHaveBeenCalledTimes(5)
    for (const replace of [() => other.invalidateTags(["t"]), () => other.clear()]) {
      await space.set("a", "old", { tags: ["t"] })
      const [before, after] = await Promise.all([space.get("a"), replace().then(() => space.get("a"))])
      expect([before, after]).toEqual(["old", undefined])
    }
  })

  it("shares a miss in a namespace, too", async () => {
    const space = new Cache(new MemoryBackend()).namespace("space")
    await space.set("other", 1)
    const produce = vi.fn(() => "made")
    const asked = Array.from({ length: 3 }, () => space.getOrSet("key", produce))
    expect(await Promise.all(asked)).toEqual(["made", "made", "made"])
    expect(produce).toHaveBeenCalledTimes(1)
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

  it("has nothing in a namespace either, and getOrSet computes without it, once for a crowd", async () => {
    const backend = new MemoryBackend()
    vi.spyOn(process, "emitWarning").mockReturnValue()
    const space = new Cache(backend).namespace("space")
    await space.set("key", "stored")
    const getSync = vi.spyOn(backend, "getSync").mockImplementation(() => {
      throw new Error("disk on fire")
    })
    expect(await space.get("key")).toBeUndefined()
    expect(space.getSync("key", { default: "none" })).toBe("none")
    getSync.mockClear()
    backend.calls.length = 0
    const produce = vi.fn(() => "made")
    const asked = Array.from({ length: 3 }, () => space.getOrSet("key", produce))
    expect(await Promise.all(asked)).toEqual(["made", "made", "made"])
    expect(produce).toHaveBeenCalledTimes(1)
    expect(getSync).toHaveBeenCalledTimes(1)
    expect(backend.calls).toEqual([])
    getSync.mockRestore()
    expect(await space.get("key")).toBe("stored")
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
