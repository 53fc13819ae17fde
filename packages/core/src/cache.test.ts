import { afterEach, describe, expect, it, vi } from "vitest"
import { bare } from "../test/bare-backend.js"
import { MapBackend } from "../test/map-backend.js"
import type { Backend } from "./backend.js"
import { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { ClosedError, InvalidKeyError, KeyNotFoundError, NotSupportedError, SerializationError } from "./errors.js"
import { hashedKeyFunction } from "./keys.js"
import type { Timeout } from "./timeout.js"

function setUp(options: CacheOptions = {}) {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend, options) }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe("the settings of a cache", () => {
  it("can be read, in seconds where they are times", () => {
    const { cache } = setUp({ keyPrefix: "news", timeout: "15m" })
    expect([cache.keyPrefix, cache.timeout]).toEqual(["news", 900])
    expect([cache.namespace("inner").keyPrefix, cache.withVersion(2).timeout]).toEqual(["news", 900])
    const { cache: plain } = setUp()
    expect([plain.keyPrefix, plain.timeout]).toEqual(["", 300])
    expect([setUp({ timeout: null }).cache.timeout, setUp({ timeout: 0 }).cache.timeout]).toEqual([null, 0])
  })
})

describe("get and set", () => {
  it.each([null, 0, "", false, [], {}, 42, "text", { nested: [1, null] }])("%j is a value", async (value) => {
    const { cache } = setUp()
    await cache.set("k", value)
    expect(await cache.get("k", { default: "missing" })).toEqual(value)
    expect(await cache.has("k")).toBe(true)
  })

  it("answers the default, else undefined, for a miss", async () => {
    const { cache } = setUp()
    expect(await cache.get("k")).toBeUndefined()
    expect(await cache.get("k", { default: "bang!" })).toBe("bang!")
    expect(await cache.has("k")).toBe(false)
  })

  it("refuses undefined as a value, everywhere", async () => {
    const { cache } = setUp()
    await expect(cache.set("k", undefined)).rejects.toThrow(TypeError)
    await expect(cache.add("k", undefined)).rejects.toThrow(TypeError)
    await expect(cache.setMany({ k: undefined })).rejects.toThrow(TypeError)
    await expect(cache.getOrSet("k", undefined)).rejects.toThrow(TypeError)
  })

  it("leaves the old entry alone when the new value cannot be stored, and names the path", async () => {
    const { cache } = setUp()
    await cache.set("k", 1)
    const refused = cache.set("k", { user: { save: () => 1 } })
    await expect(refused).rejects.toThrow(SerializationError)
    await expect(refused).rejects.toThrow('The value for "k" cannot be stored: value.user.save is a function')
    expect(await cache.get("k")).toBe(1)
  })

  it("counts what it cannot read as a miss", async () => {
    const { backend, cache } = setUp()
    await backend.set(":1:k", Buffer.from("{broken"))
    expect(await cache.get("k", { default: "gone" })).toBe("gone")
    expect(await cache.has("k")).toBe(false)
    expect(await cache.getMany(["k"])).toEqual(new Map())
  })

  it("rejects, and does not throw, for wrong arguments", async () => {
    const { cache } = setUp()
    const wrong: (() => Promise<unknown>)[] = [
      () => cache.get(""),
      () => cache.get(5 as unknown as string),
      () => cache.set("", 1),
      () => cache.set("k", 1, Number.NaN),
      () => cache.set("k", 1, "5 minutes" as Timeout),
      () => cache.get("k", { version: 1.5 }),
      () => cache.incr("k", 0.5),
      () => cache.getMany("abc" as unknown as string[]),
    ]
    for (const call of wrong) {
      const answer = call()
      await expect(answer).rejects.toSatisfy((error) => error instanceof TypeError || error instanceof InvalidKeyError)
    }
  })
})

describe("timeouts", () => {
  it("are 300 seconds when nobody says", async () => {
    const { backend, cache } = setUp()
    await cache.set("k", 1)
    backend.now = 299_999
    expect(await cache.get("k")).toBe(1)
    backend.now = 300_000
    expect(await cache.get("k")).toBeUndefined()
  })

  it.each([
    [5, 5],
    ["250ms", 0.25],
    [{ timeout: "2m" }, 120],
    [null, null],
    [{ timeout: null }, null],
    [Number.POSITIVE_INFINITY, null],
    [undefined, 900],
    [{ version: 1 }, 900],
  ] as const)("%j is kept %j seconds in a cache with a timeout of 15 minutes", async (timeout, left) => {
    const { cache } = setUp({ timeout: "15m" })
    await cache.set("k", 1, timeout)
    expect(await cache.ttl("k")).toBe(left)
  })

  it("of zero or less keep nothing: set and setMany remove, add says what it would have done, touch removes", async () => {
    for (const timeout of [0, -1, "0s"] as const) {
      const { backend, cache } = setUp()
      await cache.setMany({ set: 1, many: 1, there: 1, touched: 1 })
      await cache.set("set", 2, timeout)
      await cache.setMany({ many: 2 }, timeout)
      expect(await cache.add("there", 2, timeout)).toBe(false)
      expect(await cache.add("new", 2, timeout)).toBe(true)
      expect(await cache.touch("touched", timeout)).toBe(true)
      expect(await cache.touch("new", timeout)).toBe(false)
      expect([...backend.entries.keys()]).toEqual([":1:there"])
      expect(await cache.get("there")).toBe(1)
    }
  })

  it("of zero as the cache's own keep nothing either", async () => {
    const { backend, cache } = setUp({ timeout: 0 })
    await cache.set("k", 1)
    expect(await cache.getOrSet("k", () => 2)).toBe(2)
    expect(backend.entries.size).toBe(0)
  })

  it("are replaced by touch, which tells whether there was an entry", async () => {
    const { cache } = setUp()
    expect(await cache.touch("k")).toBe(false)
    await cache.set("k", 1, 5)
    expect(await cache.touch("k", 60)).toBe(true)
    expect(await cache.ttl("k")).toBe(60)
    expect(await cache.touch("k")).toBe(true)
    expect(await cache.ttl("k")).toBe(300)
    expect(await cache.touch("k", null)).toBe(true)
    expect(await cache.ttl("k")).toBeNull()
    expect(await cache.ttl("missing")).toBeUndefined()
  })
})

describe("many", () => {
  it("answers a Map of the hits, by the given keys, in their order", async () => {
    const { cache } = setUp()
    await cache.setMany({ a: 1, b: null, c: 3 })
    const found = await cache.getMany(["c", "missing", "b", "c", "a"])
    expect([...found]).toEqual([
      ["c", 3],
      ["b", null],
      ["a", 1],
    ])
    expect(await cache.getMany([])).toEqual(new Map())
    expect(await cache.getMany(new Set(["a"]).values())).toEqual(new Map([["a", 1]]))
  })

  it("asks the backend for each final key once, also where a key function lets keys meet", async () => {
    const backend = new MapBackend()
    const asked: (readonly string[])[] = []
    const spying: Backend = {
      ...bare(backend),
      getMany: async (keys) => {
        asked.push(keys)
        return Promise.all(keys.map((key) => backend.get(key)))
      },
    }
    const cache = new Cache(spying, { keyFunction: (key) => key.toLowerCase() })
    await cache.set("a", 1)
    expect([...(await cache.getMany(["A", "a"]))]).toEqual([
      ["A", 1],
      ["a", 1],
    ])
    expect(asked).toEqual([["a"]])
  })

  it("stores records, Maps and arrays of pairs, and nothing when one value cannot be stored", async () => {
    const { backend, cache } = setUp()
    expect(await cache.setMany({ a: 1 })).toEqual([])
    expect(await cache.setMany(new Map([["b", 2]]))).toEqual([])
    expect(await cache.setMany([["c", 3]], 60)).toEqual([])
    expect(await cache.setMany({})).toEqual([])
    await expect(cache.setMany({ a: 9, bad: () => 1 })).rejects.toThrow(SerializationError)
    expect([...(await cache.getMany(["a", "b", "c"])).values()]).toEqual([1, 2, 3])
    expect(backend.entries.size).toBe(3)
  })

  it("deletes many and answers how many there were", async () => {
    const { cache } = setUp()
    await cache.setMany({ a: 1, b: 2, c: 3 })
    expect(await cache.deleteMany(["a", "missing", "b", "a"])).toBe(2)
    expect(await cache.deleteMany([])).toBe(0)
    expect(await cache.get("c")).toBe(3)
  })

  it("means the same on a backend without batches as on one with them", async () => {
    const backend = new MapBackend()
    const batches: Backend = {
      ...bare(backend),
      getMany: (keys) => Promise.all(keys.map((key) => backend.get(key))),
      setMany: async (entries, ttl) => {
        for (const { key, value } of entries) await backend.set(key, value, ttl)
      },
      deleteMany: async (keys) => (await Promise.all(keys.map((key) => backend.delete(key)))).filter(Boolean).length,
    }
    for (const cache of [new Cache(bare(backend)), new Cache(batches)]) {
      expect(await cache.setMany({ a: 1, b: 2 }, 60)).toEqual([])
      expect([...(await cache.getMany(["b", "x", "a"]))]).toEqual([
        ["b", 2],
        ["a", 1],
      ])
      expect(await cache.deleteMany(["a", "b", "x"])).toBe(2)
    }
  })
})

describe("add, incr and decr", () => {
  it("adds only where nothing is", async () => {
    const { cache } = setUp()
    expect(await cache.add("k", "first", 60)).toBe(true)
    expect(await cache.add("k", "second")).toBe(false)
    expect(await cache.get("k")).toBe("first")
  })

  it("counts up and down, below zero, and keeps the expiry", async () => {
    const { cache } = setUp()
    await cache.set("k", 41, 60)
    expect(await cache.incr("k")).toBe(42)
    expect(await cache.incr("k", 10)).toBe(52)
    expect(await cache.decr("k")).toBe(51)
    expect(await cache.decr("k", 100)).toBe(-49)
    expect(await cache.decr("k", -9)).toBe(-40)
    expect(await cache.get("k")).toBe(-40)
    expect(await cache.ttl("k")).toBe(60)
  })

  it("tells a missing key, what is no integer and what is out of range apart", async () => {
    const { cache } = setUp()
    await cache.setMany({ text: "5", half: 0.5, nothing: null, top: Number.MAX_SAFE_INTEGER })
    await expect(cache.incr("missing")).rejects.toThrow(KeyNotFoundError)
    await expect(cache.decr("missing")).rejects.toThrow('decr: there is no entry "missing"')
    for (const key of ["text", "half", "nothing"]) {
      await expect(cache.incr(key)).rejects.toThrow(new TypeError(`The value of "${key}" is not an integer`))
    }
    await expect(cache.incr("top")).rejects.toThrow(RangeError)
    expect(await cache.get("top")).toBe(Number.MAX_SAFE_INTEGER)
  })

  it("refuses to emulate what the backend cannot do atomically", async () => {
    const cache = new Cache(bare(new MapBackend()))
    const calls: Promise<unknown>[] = [
      cache.add("k", 1),
      cache.incr("k"),
      cache.touch("k"),
      cache.ttl("k"),
      cache.prune(),
      cache.lock("k"),
    ]
    for (const call of calls) await expect(call).rejects.toThrow(NotSupportedError)
    await expect(cache.stats()).rejects.toThrow("stats is not supported: the bare backend has no stats")
    await expect(cache.keys().next()).rejects.toThrow(NotSupportedError)
  })
})

describe("versions", () => {
  it("keep entries apart, by call and by view", async () => {
    const { cache } = setUp()
    const second = cache.withVersion(2)
    await cache.set("k", "one")
    await cache.set("k", "two", { version: 2 })
    expect(await cache.get("k")).toBe("one")
    expect(await second.get("k")).toBe("two")
    expect(await second.get("k", { version: 1 })).toBe("one")
    expect(await cache.delete("k")).toBe(true)
    expect(await second.has("k")).toBe(true)
    expect(second.version).toBe(2)
  })

  it("move an entry with its expiry", async () => {
    const { backend, cache } = setUp()
    await cache.set("k", { deep: [1] }, 60)
    backend.now = 10_000
    expect(await cache.incrVersion("k")).toBe(2)
    expect(await cache.get("k")).toBeUndefined()
    expect(await cache.get("k", { version: 2 })).toEqual({ deep: [1] })
    expect(await cache.ttl("k", { version: 2 })).toBe(50)
    expect(await cache.withVersion(2).decrVersion("k")).toBe(1)
    expect(await cache.get("k")).toEqual({ deep: [1] })
    await cache.set("for ever", 1, null)
    await cache.incrVersion("for ever", 5)
    expect(await cache.ttl("for ever", { version: 6 })).toBeNull()
  })

  it("stay integers that a call can name", async () => {
    const { cache } = setUp()
    await cache.set("k", 1, { version: Number.MAX_SAFE_INTEGER })
    const moved = cache.incrVersion("k", 2, { version: Number.MAX_SAFE_INTEGER })
    await expect(moved).rejects.toThrow("A version is an integer; got 9007199254740992")
    expect(await cache.get("k", { version: Number.MAX_SAFE_INTEGER })).toBe(1)
  })

  it("get the timeout of the cache where the store cannot tell the expiry", async () => {
    const backend = new MapBackend()
    const cache = new Cache(Object.assign(backend, { ttl: undefined }) as Backend, { timeout: 7 })
    await cache.set("k", 1, 60)
    await cache.incrVersion("k")
    expect(backend.entries.get(":2:k")?.expiry).toBe(7_000)
  })

  it("keep an expiry that the store tells in fractions of a millisecond, as a whole number", async () => {
    const { backend, cache } = setUp()
    await cache.set("k", 1, 60)
    backend.now = 0.5
    const set = vi.spyOn(backend, "set")
    await cache.incrVersion("k")
    expect(set.mock.lastCall?.[2]).toBe(60_000)
  })

  it("do not stay for ever where the store cannot tell the expiry and only that removes them", async () => {
    const backend = new MapBackend()
    const cache = new Cache(Object.assign(backend, { ttl: undefined }) as Backend, { timeout: null })
    await cache.set("k", 1, { tags: ["t"] })
    await cache.namespace("n").set("k", 1)
    await cache.incrVersion("k")
    await cache.namespace("n").incrVersion("k")
    const moved = [...backend.entries].filter(([key]) => key.endsWith(":2:k"))
    expect(moved.map(([, { expiry }]) => expiry)).toEqual([30 * 86_400_000, 30 * 86_400_000])
  })

  it("stay where they are when they are moved by nothing", async () => {
    const { cache } = setUp()
    await cache.set("k", 1, 60)
    expect(await cache.incrVersion("k", 0)).toBe(1)
    expect(await cache.get("k")).toBe(1)
  })

  it("cannot be moved where nothing is", async () => {
    const { cache } = setUp()
    await expect(cache.incrVersion("k")).rejects.toThrow(KeyNotFoundError)
    await expect(cache.decrVersion("k")).rejects.toThrow(KeyNotFoundError)
  })
})

describe("clear and keys", () => {
  it("reach all versions of this cache and nothing of another", async () => {
    const backend = new MapBackend()
    const [app, apple, none] = ["app", "apple", ""].map((keyPrefix) => new Cache(backend, { keyPrefix })) as [
      Cache,
      Cache,
      Cache,
    ]
    for (const cache of [app, apple, none]) await cache.setMany({ a: 1, b: 2 })
    await app.set("a", 1, { version: 2 })
    await backend.set("somebody else's", Buffer.from("1"))
    await app.clear()
    expect(await app.has("a", { version: 2 })).toBe(false)
    expect([...backend.entries.keys()].sort()).toEqual([":1:a", ":1:b", "apple:1:a", "apple:1:b", "somebody else's"])
    await none.clear()
    expect(backend.entries.size).toBe(3)
  })

  it("list keys as they were given, of one version", async () => {
    const { cache } = setUp({ keyPrefix: "app" })
    await cache.setMany({ "user:1": 1, "user:2": 2, other: 3 })
    await cache.set("user:3", 3, { version: 2 })
    const listed: string[] = []
    for await (const key of cache.keys("user:")) listed.push(key)
    expect(listed.sort()).toEqual(["user:1", "user:2"])
  })

  it("are refused where a key function hides what they need", async () => {
    const backend = new MapBackend()
    const hashed = new Cache(backend, { keyFunction: hashedKeyFunction, keyPrefix: "app" })
    await hashed.set("k", 1)
    await expect(hashed.keys().next()).rejects.toThrow(NotSupportedError)
    await hashed.clear()
    expect(backend.entries.size).toBe(0)
    await expect(new Cache(backend, { keyFunction: (key) => key }).clear()).rejects.toThrow(/may hide its prefix/)
  })
})

describe("errors", () => {
  it("name the cache that they come from", async () => {
    const cache = new Cache(bare(new MapBackend()), { alias: "pages" })
    const counting = new Cache(new MapBackend(), { alias: "pages" })
    await expect(cache.incr("k")).rejects.toMatchObject({ code: "LARDER_NOT_SUPPORTED", alias: "pages" })
    await expect(counting.incr("k")).rejects.toMatchObject({ code: "LARDER_KEY_NOT_FOUND", alias: "pages" })
    await expect(counting.incrVersion("k")).rejects.toMatchObject({ code: "LARDER_KEY_NOT_FOUND", alias: "pages" })
    await counting.close()
    await expect(counting.get("k")).rejects.toMatchObject({ code: "LARDER_CLOSED", alias: "pages" })
  })
})

describe("setting up", () => {
  it("gives its backend for what only that can do", () => {
    const { backend, cache } = setUp()
    expect(cache.backend).toBe(backend)
    expect(cache.withVersion(2).backend).toBe(backend)
  })

  it("keeps its own copy of what it was told", async () => {
    const options: { timeout: number } = { timeout: 5 }
    const { cache } = setUp(options)
    options.timeout = 500
    await cache.set("k", 1)
    expect(await cache.ttl("k")).toBe(5)
  })

  it("uses the serializer it is given, and integers stay countable", async () => {
    const { backend, cache } = setUp({ serializer: "json" })
    await cache.setMany({ text: "x".repeat(2_000), n: 1 })
    expect(backend.text(":1:text")).toBe(`"${"x".repeat(2_000)}"`)
    expect(await cache.incr("n")).toBe(2)
    await expect(cache.set("d", new Date())).rejects.toThrow(/value is an instance of Date, which JSON loses/)
  })

  it("uses the serializer also on a backend that keeps values", async () => {
    const entries = new Map<string, unknown>()
    const values: Backend<unknown> = {
      name: "values",
      capabilities: { shared: false, persistent: false, evicts: false, ttlResolution: 1 },
      codec: { encode: (value) => value, decode: (stored) => stored },
      get: async (key) => entries.get(key),
      set: async (key, value) => {
        entries.set(key, value)
      },
      delete: async (key) => entries.delete(key),
      clear: async () => entries.clear(),
    }
    const cache = new Cache(values, { serializer: "json" })
    await cache.setMany({ object: { a: 1 }, n: 5 })
    expect(entries.get(":1:object")).toEqual(Buffer.from('{"a":1}'))
    expect(entries.get(":1:n")).toBe(5)
    expect(await cache.get("object")).toEqual({ a: 1 })
  })
})

describe("close", () => {
  it("closes the backend once, and refuses everything afterwards, on views too", async () => {
    const { backend, cache } = setUp({ alias: "pages" })
    const view = cache.withVersion(2)
    await Promise.all([cache.close(), view.close(), cache[Symbol.asyncDispose]()])
    expect(backend.calls).toEqual(["close"])
    await expect(cache.get("k")).rejects.toThrow(ClosedError)
    await expect(view.set("k", 1)).rejects.toThrow('The cache "pages" is closed: set was called after close()')
    await expect(cache.getOrSet("k", () => 1)).rejects.toThrow(ClosedError)
    await expect(cache.keys().next()).rejects.toThrow(ClosedError)
  })
})
