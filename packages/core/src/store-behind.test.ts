import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { CopiesBackend, cloningCodec } from "../test/copies-backend.js"
import { MapBackend } from "../test/map-backend.js"
import type { Backend, CopyTerms } from "./backend.js"
import { byteCodec } from "./byte-codec.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { BackendError, ClosedError } from "./errors.js"

const LIMIT = 1_000
/** The clock of deadlines ticks ten times within the limit, and a wait may begin between two ticks. */
const LIMIT_AND_TICKS = 1_200
const PAUSE = 500

let warnings: string[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] })
  warnings = []
  vi.spyOn(process, "emitWarning").mockImplementation((message) => void warnings.push(String(message)))
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function setUp(options: CacheOptions = {}) {
  const store = new MapBackend({ remote: true })
  return { store, cache: new Cache(new CopiesBackend(store as Backend, cloningCodec), options) }
}

const down = new Error("connection refused")

/** More calls than the breaker waits for. */
async function fail(cache: Cache): Promise<void> {
  for (let call = 0; call < 6; call++) await cache.get(`missing ${call}`)
}

describe("while the store behind copies is down", () => {
  it("copies are answered, and the store is not asked for what has none", async () => {
    const { store, cache } = setUp()
    await cache.set("k", { a: 1 })
    await cache.set("tagged", 1, { tags: ["t"], timeout: 60 })
    await cache.get("tagged")
    await cache.namespace("n").set("k", 2)
    await cache.namespace("n").get("k")
    store.failure = down
    await fail(cache)
    store.calls.length = 0
    expect(await cache.get("k")).toEqual({ a: 1 })
    expect(await cache.has("k")).toBe(true)
    expect(await cache.getMany(["k", "tagged"])).toEqual(
      new Map<string, unknown>([
        ["k", { a: 1 }],
        ["tagged", 1],
      ]),
    )
    expect(await cache.getOrSet("k", () => "computed")).toEqual({ a: 1 })
    expect(await cache.get("tagged")).toBe(1)
    expect(await cache.namespace("n").get("k")).toBe(2)
    expect(await cache.get("missing")).toBeUndefined()
    expect(await cache.getOrSet("missing", () => "computed")).toBe("computed")
    expect(store.calls).toEqual([])
  })

  it("its failures count, whatever copies answer in between, and are one warning", async () => {
    const { store, cache } = setUp()
    await cache.set("k", 1)
    store.failure = down
    for (let call = 0; call < 20; call++) {
      await cache.get("missing")
      expect(await cache.get("k")).toBe(1)
    }
    expect(store.calls.filter((call) => call === "get")).toHaveLength(5)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain("connection refused")
  })

  it("whatever decides or removes rejects, without asking it, and says what was called", async () => {
    const { store, cache } = setUp()
    await cache.set("k", 1)
    store.failure = down
    await fail(cache)
    store.calls.length = 0
    for (const [operation, call] of [
      ["add", () => cache.add("k", 1)],
      ["incr", () => cache.incr("k")],
      ["delete", () => cache.delete("k")],
      ["clear", () => cache.clear()],
      ["keys", () => cache.keys("").next()],
    ] as const) {
      await expect(call(), operation).rejects.toMatchObject({ name: "BackendError", operation, backend: "copies" })
    }
    expect(store.calls).toEqual([])
    await expect(cache.delete("k")).rejects.toThrow(BackendError)
    expect(await cache.get("k")).toBeUndefined()
  })

  it("it is tried again, and found when it is back; what could not be removed is removed then", async () => {
    const { store, cache } = setUp()
    await cache.setMany({ k: 1, old: 1 })
    store.failure = down
    await fail(cache)
    await expect(cache.delete("old")).rejects.toThrow(BackendError)
    vi.advanceTimersByTime(PAUSE)
    expect(await cache.get("missing")).toBeUndefined()
    store.failure = undefined
    expect(await cache.get("k")).toBe(1)
    expect(await cache.get("missing")).toBeUndefined()
    vi.advanceTimersByTime(2 * PAUSE)
    await store.set(":1:missing", Buffer.from("2"))
    expect(await cache.get("missing")).toBe(2)
    await expect.poll(() => store.entries.has(":1:old")).toBe(false)
    expect(await cache.add("old", 2)).toBe(true)
  })

  it("is waited for as long as a call may take, and copies wait for nobody", async () => {
    const { store, cache } = setUp()
    await cache.set("k", 1)
    const never = (): Promise<never> => new Promise(() => undefined)
    Object.assign(store, { get: never, set: never, delete: never })
    const waiting = [cache.get("missing"), cache.set("k", 2), cache.getMany(["missing", "other"])]
    const rejected = expect(cache.delete("gone")).rejects.toThrow(`within ${LIMIT} ms`)
    const kept = setUp().cache
    await kept.set("k", 1)
    expect(await kept.get("k")).toBe(1)
    await vi.advanceTimersByTimeAsync(LIMIT_AND_TICKS)
    expect(await Promise.all(waiting)).toEqual([undefined, undefined, new Map()])
    await rejected
    // The write that failed may have been done.
    expect(await cache.has("k")).toBe(false)
  })
})

describe("what a store behind copies answers", () => {
  it("of a number is no failure", async () => {
    const { store, cache } = setUp()
    await cache.setMany({ text: "a", largest: Number.MAX_SAFE_INTEGER })
    for (let call = 0; call < 10; call++) {
      await expect(cache.incr("text")).rejects.toThrow(TypeError)
      await expect(cache.incr("largest")).rejects.toThrow(RangeError)
    }
    await cache.get("missing")
    expect(store.calls.at(-1)).toBe("get")
    expect(warnings).toEqual([])
  })

  it("of a value that is too large is none either", async () => {
    const { store, cache } = setUp()
    vi.spyOn(store, "set").mockRejectedValue(new RangeError("too large"))
    for (let call = 0; call < 10; call++) await cache.set("k", 1)
    await cache.get("missing")
    expect(store.calls.at(-1)).toBe("get")
    expect(warnings).toEqual([])
  })
})

describe("copies", () => {
  it("answer no read that decides something", async () => {
    const { store, cache } = setUp()
    const tags = { tags: [] }
    await cache.getOrSet("first", () => 1, tags)
    await cache.getOrSet(
      "second",
      async (context) => {
        // Another process, whose news does not arrive.
        await new Cache(store).invalidateTags(["late"])
        context.tags(["late"])
        return "computed before"
      },
      tags,
    )
    expect(await cache.get("second")).toBeUndefined()
  })

  it("may be bytes, too", async () => {
    const store = new MapBackend({ remote: true })
    const cache = new Cache(new CopiesBackend(store, undefined), {
      compress: {},
      sign: { keys: ["a key of 16 bytes"] },
    })
    await cache.set("k", { a: 1 })
    expect(await cache.get("k")).toEqual({ a: 1 })
    store.failure = down
    await fail(cache)
    expect(await cache.get("k")).toEqual({ a: 1 })
  })

  it("are given with what they depend on where that is all there, and else the store is asked", async () => {
    const store = new MapBackend({ remote: true })
    const hidden = new Set<string>()
    const backend: Backend = Object.assign(new MapBackend({ remote: true }), {
      onTerms: (terms: CopyTerms) => ({
        ...terms.storeBehind(store as Backend<unknown>, undefined),
        getCopy: (key: string) => (hidden.has(key) ? undefined : store.entries.get(key)?.value),
      }),
    })
    const space = new Cache(backend).namespace("space")
    await space.set("plain", "value")
    await space.set("tagged", "value", { tags: ["t"] })
    const reads = [
      () => space.get("plain"),
      () => space.get("tagged"),
      () => space.getOrSet("plain", () => "computed"),
      () => space.getOrSet("tagged", () => "computed", { tags: ["t"] }),
    ]
    store.calls.length = 0
    for (const read of reads) expect(await read()).toBe("value")
    expect(store.calls).toEqual([])
    for (const key of store.entries.keys()) {
      hidden.clear()
      hidden.add(key)
      for (const read of reads) expect(await read()).toBe("value")
    }
    expect(store.calls.length).toBeGreaterThan(0)
  })

  it("are given by getOrSet in the turn that it is called in, where the backend has them at once", async () => {
    const store = new MapBackend({ remote: true })
    const copies = new Map<string, unknown>()
    const backend: Backend = Object.assign(new MapBackend({ remote: true }), {
      onTerms: (terms: CopyTerms) => ({
        ...terms.storeBehind(store as Backend<unknown>, undefined),
        getCopy: (key: string) => copies.get(key),
      }),
    })
    const cache = new Cache(backend)
    await cache.set("k", "stored")
    const get = vi.spyOn(store, "get")
    expect(await cache.getOrSet("k", () => "computed")).toBe("stored")
    expect(get).toHaveBeenCalledTimes(1)
    copies.set(":1:k", byteCodec.encode("a copy"))
    expect(await cache.getOrSet("k", () => "computed")).toBe("a copy")
    expect(get).toHaveBeenCalledTimes(1)
    await cache.close()
    await expect(cache.getOrSet("k", () => "computed")).rejects.toThrow(ClosedError)
  })

  it("leave the cache the backend that it was given", () => {
    const backend = new CopiesBackend(new MapBackend(), cloningCodec)
    const cache = new Cache(backend)
    expect(cache.backend).toBe(backend)
    expect(cache.namespace("n").backend).toBe(backend)
  })
})
