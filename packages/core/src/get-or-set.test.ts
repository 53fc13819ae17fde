import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { BackendError } from "./errors.js"
import { currentFlight } from "./producing.js"

function setUp(options: CacheOptions = {}) {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend, options) }
}

/** What each of many that ask at once is given. */
function crowd<Answer>(ask: (index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: 100 }, (_, index) => ask(index)))
}

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe("a crowd at one key", () => {
  it("reads the store once, whether the entry is there or not", async () => {
    const { backend, cache } = setUp()
    const produce = vi.fn(() => ({ made: true }))
    for (const calls of [["get", "add"], ["get"]]) {
      backend.calls.length = 0
      const answers = await crowd(() => cache.getOrSet("k", produce))
      expect(new Set(answers).size).toBe(100)
      expect(answers[99]).toEqual({ made: true })
      expect(backend.calls).toEqual(calls)
    }
    expect(produce).toHaveBeenCalledTimes(1)
  })

  it("reads the entry and the tokens that it depends on once", async () => {
    const { backend, cache } = setUp()
    const space = cache.namespace("a")
    await space.getOrSet("k", () => 1, { tags: ["t"] })
    await space.getOrSet("k", () => 2)
    backend.calls.length = 0
    expect(new Set(await crowd(() => space.getOrSet("k", () => 3)))).toEqual(new Set([1]))
    // The entry, its tag, and the generation.
    expect(backend.calls).toEqual(["get", "get", "get"])
  })

  it("does not share what its callers want to be done with what was read", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { cache } = setUp()
    await cache.getOrSet("k", () => "old", { timeout: 1, staleFor: 60 })
    vi.setSystemTime(Date.now() + 2_000)
    const answers = await crowd((index) =>
      cache.getOrSet("k", () => "new", index % 2 === 0 ? { timeout: 1, staleFor: 60 } : 1),
    )
    expect(new Set(answers.filter((_, index) => index % 2 === 1))).toEqual(new Set(["new"]))
  })

  it("counts a read that fails as one failure of the store", async () => {
    const { backend, cache } = setUp({ operationTimeout: 1 })
    backend.failure = new Error("down")
    expect(new Set(await crowd(() => cache.getOrSet("k", () => 1)))).toEqual(new Set([1]))
    backend.failure = undefined
    await backend.set(":1:k", Buffer.from("2"))
    expect(await cache.get("k")).toBe(2)
  })

  it("is told of a store that fails, each of it, when that is what the cache is to do", async () => {
    const { backend, cache } = setUp({ onError: "throw" })
    backend.failure = new Error("down")
    const answers = await crowd((index) => cache.getOrSet(index % 2 === 0 ? "k" : "l", () => 1).catch(String))
    expect(new Set(answers).size).toBe(2)
    await expect(cache.getOrSet("k", () => 1)).rejects.toThrow(BackendError)
  })

  it("is not given what a failed overwrite left behind", async () => {
    const { backend, cache } = setUp()
    await cache.set("k", "old")
    const early = cache.getOrSet("k", () => "made")
    Object.assign(backend, { set: () => Promise.reject(new Error("down")) })
    await cache.set("k", "new")
    expect(await cache.getOrSet("k", () => "made")).toBe("made")
    expect(await early).toBe("old")
  })
})

describe("getOrSet in a namespace", () => {
  it("is one round trip for a hit, and finds a generation that another process began", async () => {
    const { backend, cache } = setUp()
    const [space, elsewhere] = [cache, new Cache(backend)].map((one) => one.namespace("a"))
    await space?.getOrSet("k", () => 1)
    const reads: (readonly string[])[] = []
    Object.assign(backend, {
      getMany: async (keys: readonly string[]) => {
        reads.push(keys)
        return Promise.all(keys.map((key) => MapBackend.prototype.get.call(backend, key)))
      },
    })
    expect(await space?.getOrSet("k", () => 2)).toBe(1)
    expect(await space?.get("k")).toBe(1)
    expect(reads.map(({ length }) => length)).toEqual([2, 2])
    await elsewhere?.clear()
    expect(await space?.get("k")).toBeUndefined()
    expect(await space?.getOrSet("k", () => 3)).toBe(3)
    expect(await elsewhere?.get("k")).toBe(3)
    await elsewhere?.clear()
    expect(await space?.getOrSet("k", () => 4)).toBe(4)
  })
})

describe("what a producer runs in", () => {
  it("is known while one runs, and costs nothing when none does", async () => {
    const { AsyncLocalStorage } = await import("node:async_hooks")
    const disable = vi.spyOn(AsyncLocalStorage.prototype, "disable")
    const { cache } = setUp()
    const ends: (() => void)[] = []
    const wait = async (): Promise<number> => {
      await new Promise<void>((resolve) => ends.push(resolve))
      expect(currentFlight()).toBeDefined()
      return 1
    }
    const values = ["k", "l"].map((key) => cache.getOrSet(key, wait))
    await expect.poll(() => ends).toHaveLength(2)
    ends[0]?.()
    await values[0]
    expect(disable).not.toHaveBeenCalled()
    ends[1]?.()
    await values[1]
    expect(disable).toHaveBeenCalledTimes(1)
    expect(currentFlight()).toBeUndefined()
  })
})
