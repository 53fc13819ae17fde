import { describe, expect, it, vi } from "vitest"
import { bare } from "../test/bare-backend.js"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { SerializationError } from "./errors.js"

function setUp(options: CacheOptions = {}) {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend, options) }
}

function aborting() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort(new Error("gone")) }
}

describe("getOrSet", () => {
  it("stores what was not there, once, and answers it", async () => {
    const { cache } = setUp()
    const producer = vi.fn(async () => ({ at: new Date(5) }))
    expect(await cache.getOrSet("k", producer, 60)).toEqual({ at: new Date(5) })
    expect(await cache.getOrSet("k", producer, 60)).toEqual({ at: new Date(5) })
    expect(producer).toHaveBeenCalledTimes(1)
    expect(await cache.ttl("k")).toBe(60)
    expect(await cache.getOrSet("plain", 42)).toBe(42)
    expect(await cache.get("plain")).toBe(42)
  })

  it("ends the wait of a caller whose signal is aborted while the store is read, and computes nothing", async () => {
    const { backend, cache } = setUp()
    let answer = (): void => undefined
    const hang = new Promise<undefined>((resolve) => {
      answer = () => resolve(undefined)
    })
    vi.spyOn(backend, "get").mockReturnValue(hang)
    const { signal, abort } = aborting()
    const produce = vi.fn(() => 1)
    const calls = [
      cache.getOrSet("k", produce, { signal }),
      cache.namespace("n").getOrSet("k", produce, { signal }),
      cache.getOrSetMany(["k"], () => [["k", produce()]], { signal }),
    ]
    abort()
    for (const call of calls) await expect(call).rejects.toThrow("gone")
    answer()
    await new Promise((resolve) => setImmediate(resolve))
    expect(produce).not.toHaveBeenCalled()
  })

  it("stores null, and nothing for undefined or an error", async () => {
    const { backend, cache } = setUp()
    expect(await cache.getOrSet("null", () => null)).toBeNull()
    expect(await cache.get("null", { default: "gone" })).toBeNull()
    expect(await cache.getOrSet("nothing", () => undefined)).toBeUndefined()
    await expect(
      cache.getOrSet("failed", () => {
        throw new Error("the database is down")
      }),
    ).rejects.toThrow("the database is down")
    expect(backend.entries.size).toBe(1)
  })

  it("calls the producer once for 1,000 concurrent callers, and gives each a value of its own", async () => {
    const { cache } = setUp()
    let calls = 0
    const producer = async (): Promise<{ list: number[] }> => ({ list: [++calls] })
    const values = await Promise.all(Array.from({ length: 1_000 }, () => cache.getOrSet("k", producer)))
    expect(calls).toBe(1)
    expect(new Set(values).size).toBe(1_000)
    values[0]?.list.push(99)
    expect(values[1]).toEqual({ list: [1] })
    expect(await cache.get("k")).toEqual({ list: [1] })
  })

  it("gives on a miss what a hit would give", async () => {
    const { cache } = setUp()
    const money = { toJSON: () => ({ cents: 5 }) }
    expect(await cache.getOrSet("k", () => money)).toEqual({ cents: 5 })
    expect(await cache.getOrSet("k", () => money)).toEqual({ cents: 5 })
  })

  it("answers what somebody else stored while it computed", async () => {
    const { backend, cache } = setUp()
    const value = cache.getOrSet("k", async () => {
      await backend.set(":1:k", Buffer.from('"theirs"'))
      return "ours"
    })
    expect(await value).toBe("theirs")
  })

  it("does not store a value whose producer started before a write or removal of the key", async () => {
    for (const change of [
      (cache: Cache) => cache.delete("k"),
      (cache: Cache) => cache.deleteMany(["k"]),
      (cache: Cache) => cache.clear(),
      (cache: Cache) => cache.set("k", "x", 0),
    ]) {
      const { cache } = setUp()
      const old = cache.getOrSet("k", async () => {
        await change(cache)
        return "from before"
      })
      expect(await old).toBe("from before")
      expect(await cache.has("k")).toBe(false)
    }
  })

  it("lets a caller after a delete start anew instead of joining the old producer", async () => {
    const { cache } = setUp()
    let release = (_value: string): void => undefined
    const old = cache.getOrSet(
      "k",
      () =>
        new Promise<string>((resolve) => {
          release = resolve
        }),
    )
    await new Promise((resolve) => setImmediate(resolve))
    await cache.delete("k")
    expect(await cache.getOrSet("k", () => "new")).toBe("new")
    release("old")
    expect(await old).toBe("old")
    expect(await cache.get("k")).toBe("new")
  })

  it("replaces an entry that cannot be read", async () => {
    const { backend, cache } = setUp()
    await backend.set(":1:k", Buffer.from("{broken"))
    expect(await cache.getOrSet("k", () => 1)).toBe(1)
    expect(await cache.get("k")).toBe(1)
  })

  it("ends a caller's wait with its signal, and tells the producer when nobody waits any more", async () => {
    const { cache } = setUp()
    const controller = new AbortController()
    let signal: AbortSignal | undefined
    const call = cache.getOrSet(
      "k",
      (context) => {
        signal = context.signal
        expect(context.key).toBe("k")
        return new Promise<never>(() => undefined)
      },
      { signal: controller.signal },
    )
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(new Error("the visitor left"))
    await expect(call).rejects.toThrow("the visitor left")
    expect(signal?.aborted).toBe(true)
  })

  it("rejects for a value that cannot be stored", async () => {
    const { cache } = setUp()
    await expect(cache.getOrSet("k", () => ({ f: () => 1 }))).rejects.toThrow(SerializationError)
  })

  it("works on a backend that has only get, set and delete", async () => {
    const cache = new Cache(bare(new MapBackend()))
    expect(await cache.getOrSet("k", () => 1)).toBe(1)
    expect(await cache.get("k")).toBe(1)
  })
})
