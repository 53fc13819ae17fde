import { afterEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { BackendError, InvalidKeyError, SerializationError } from "./errors.js"

function setUp(options: CacheOptions = {}) {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend, options) }
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe("a store that fails", () => {
  const warned = (): string[] => {
    const messages: string[] = []
    vi.spyOn(process, "emitWarning").mockImplementation((message) => {
      messages.push(String(message))
    })
    return messages
  }

  it("counts as a miss for reads, and set, setMany and touch do nothing", async () => {
    const messages = warned()
    const { backend, cache } = setUp({ alias: "pages" })
    backend.failure = new Error("connection refused")
    expect(await cache.get("k", { default: 1 })).toBe(1)
    expect(await cache.has("k")).toBe(false)
    expect(await cache.getMany(["k"])).toEqual(new Map())
    expect(await cache.set("k", 1)).toBeUndefined()
    expect(await cache.setMany({ a: 1, b: 2 })).toEqual(["a", "b"])
    expect(await cache.touch("k")).toBe(false)
    expect(await cache.ttl("k")).toBeUndefined()
    expect(await cache.getOrSet("k", () => "computed")).toBe("computed")
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(
      /The cache "pages" began to fail; reads count as misses meanwhile\. .*get of "k" failed in the map backend of the cache "pages": connection refused/,
    )
  })

  it("always rejects what would break exclusion or leave old data alive", async () => {
    warned()
    const { backend, cache } = setUp()
    const cause = new Error("connection refused")
    backend.failure = cause
    const calls = {
      add: cache.add("k", 1),
      incr: cache.incr("k"),
      delete: cache.delete("k"),
      deleteMany: cache.deleteMany(["k"]),
      incrVersion: cache.incrVersion("k"),
      clear: cache.clear(),
      ping: cache.ping(),
    }
    for (const [operation, call] of Object.entries(calls)) {
      await expect(call).rejects.toMatchObject({ code: "LARDER_BACKEND", operation, backend: "map", cause })
    }
    await expect(cache.keys().next()).rejects.toThrow(BackendError)
  })

  it("rejects everywhere with onError: throw, and the warning says so", async () => {
    const messages = warned()
    const { backend, cache } = setUp({ onError: "throw" })
    backend.failure = new Error("no")
    const calls = [cache.get("k"), cache.has("k"), cache.getMany(["k"]), cache.set("k", 1), cache.setMany({ k: 1 })]
    for (const call of [...calls, cache.touch("k"), cache.getOrSet("k", () => 1)]) {
      await expect(call).rejects.toThrow(BackendError)
    }
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(/began to fail; operations reject meanwhile\. .*: no$/)
  })

  it("keeps what is written after a write that failed, though that is removed when it answers again", async () => {
    warned()
    const { backend, cache } = setUp()
    await cache.set("other", "old")
    backend.failure = new Error("connection refused")
    await cache.set("k", "lost")
    await cache.set("other", "lost")
    backend.failure = undefined
    await cache.set("k", "kept")
    await new Promise((resolve) => setImmediate(resolve))
    expect(await cache.get("k")).toBe("kept")
    expect(await cache.get("other")).toBeUndefined()
  })

  it("is warned of once an outage", async () => {
    const messages = warned()
    const { backend, cache } = setUp()
    backend.failure = new Error("no")
    await cache.get("k")
    await cache.get("k")
    backend.failure = undefined
    await cache.get("k")
    backend.failure = new Error("again")
    await cache.get("k")
    expect(messages).toHaveLength(1)
    // A minute later it is another one.
    backend.failure = undefined
    await cache.get("k")
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 60_000)
    backend.failure = new Error("again")
    await cache.get("k")
    expect(messages).toHaveLength(2)
  })

  it("is not warned of if it fails because it is being closed", async () => {
    const messages = warned()
    const { backend, cache } = setUp({ onError: "throw" })
    let close = (): void => undefined
    const closed = new Promise<never>((_resolve, reject) => {
      close = () => reject(new Error("The connection is closed"))
    })
    vi.spyOn(backend, "get").mockReturnValue(closed)
    vi.spyOn(backend, "close").mockImplementation(async () => close())
    const reading = cache.get("k")
    const rejected = expect(reading).rejects.toThrow(BackendError)
    await cache.close()
    await rejected
    expect(messages).toEqual([])
  })

  it("that does not answer in time counts as one that failed", async () => {
    vi.useFakeTimers()
    warned()
    const backend = new MapBackend({ remote: true })
    const silent = new Promise<never>(() => undefined)
    vi.spyOn(backend, "get").mockReturnValue(silent)
    vi.spyOn(backend, "delete").mockReturnValue(silent)
    vi.spyOn(backend, "clear").mockReturnValue(silent)
    const cache = new Cache(backend)
    const read = cache.get("k", { default: "miss" })
    const computed = cache.getOrSet("k", () => "computed")
    const refused = expect(cache.delete("k")).rejects.toThrow("there was no answer within 1000 ms")
    const cleared = expect(cache.clear()).rejects.toThrow("there was no answer within 60000 ms")
    await vi.advanceTimersByTimeAsync(1_200)
    expect(await read).toBe("miss")
    expect(await computed).toBe("computed")
    await refused
    await vi.advanceTimersByTimeAsync(70_000)
    await cleared
  })

  it("that never gives the next key ends the iteration", async () => {
    vi.useFakeTimers()
    warned()
    const backend = new MapBackend({ remote: true })
    vi.spyOn(backend, "keys").mockImplementation(async function* stuck() {
      yield ":1:first"
      await new Promise(() => undefined)
    })
    const keys = new Cache(backend).keys()
    expect((await keys.next()).value).toBe("first")
    const next = expect(keys.next()).rejects.toThrow(BackendError)
    await vi.advanceTimersByTimeAsync(70_000)
    await next
  })

  it("may take as long as it likes where no network is in between, unless it is told otherwise", async () => {
    vi.useFakeTimers()
    warned()
    const backend = new MapBackend()
    vi.spyOn(backend, "get").mockImplementation(
      () => new Promise((resolve) => setTimeout(() => resolve(undefined), 5_000)),
    )
    const outcomes = Promise.all([
      new Cache(backend, { onError: "throw" }).get("k"),
      new Cache(backend, { operationTimeout: "250ms" }).get("k", { default: "too slow" }),
    ])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await outcomes).toEqual([undefined, "too slow"])
  })

  it("is not what is warned of when a value is too large for it", async () => {
    const messages = warned()
    const { backend, cache } = setUp()
    backend.failure = new RangeError("the value is larger than maxBytes")
    await cache.set("k", "x")
    expect(messages).toEqual([])
    await expect(new Cache(backend, { onError: "throw" }).set("k", "x")).rejects.toThrow(/larger than maxBytes/)
  })

  it("never hides a wrong argument", async () => {
    const { backend, cache } = setUp()
    backend.failure = new Error("no")
    await expect(cache.set("k", () => 1)).rejects.toThrow(SerializationError)
    await expect(cache.get("")).rejects.toThrow(InvalidKeyError)
  })
})
