import { describe, expect, it } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import type { Backend } from "./backend.js"
import { Cache } from "./cache.js"
import { KeyNotFoundError } from "./errors.js"
import { hashedKeyFunction } from "./keys.js"

function setUp() {
  const backend = new MapBackend()
  return { backend, cache: new Cache(backend, { keyPrefix: "p" }), other: new Cache(backend, { keyPrefix: "p" }) }
}

async function listed(cache: Cache): Promise<string[]> {
  const keys: string[] = []
  for await (const key of cache.keys()) keys.push(key)
  return keys
}

/** A store that cannot remove by prefix. */
function withoutClear(backend: MapBackend): Backend {
  return Object.assign(backend, { clear: undefined }) as unknown as Backend
}

describe("a namespace", () => {
  it("has keys of its own, also inside others", async () => {
    const { cache, other } = setUp()
    const spaces = [
      cache,
      cache.namespace("a"),
      cache.namespace("b"),
      cache.namespace("a").namespace("b"),
      cache.namespace("ab"),
    ]
    for (const [index, space] of spaces.entries()) await space.set("k", index)
    expect(await Promise.all(spaces.map((space) => space.get("k")))).toEqual([0, 1, 2, 3, 4])
    expect(await other.namespace("a").namespace("b").get("k")).toBe(3)
    expect(await other.namespace("a").withVersion(2).get("k")).toBeUndefined()
  })

  it("is cleared with those inside it, and no other, in every process", async () => {
    const { cache, other } = setUp()
    const [outer, inner, beside] = [cache.namespace("a"), cache.namespace("a").namespace("b"), cache.namespace("b")]
    for (const space of [cache, outer, inner, beside]) await space.set("k", 1)
    await other.namespace("a").clear()
    expect(await outer.get("k")).toBeUndefined()
    expect(await inner.get("k")).toBeUndefined()
    expect([await cache.get("k"), await beside.get("k")]).toEqual([1, 1])
    await outer.set("k", 2)
    await inner.set("k", 3)
    await other.namespace("a").namespace("b").clear()
    expect([await outer.get("k"), await inner.get("k")]).toEqual([2, undefined])
  })

  it("costs the same to clear whatever is in it", async () => {
    const { backend, cache } = setUp()
    const space = cache.namespace("a")
    await space.setMany(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index])))
    backend.calls.length = 0
    await space.clear()
    expect(backend.calls).toEqual(["set"])
    expect((await space.getMany(["k1", "k2"])).size).toBe(0)
  })

  it("has everything of the API, before and after it is cleared", async () => {
    const { cache } = setUp()
    const space = cache.namespace("user:42")
    for (let round = 0; round < 2; round++) {
      expect(await space.add("n", 1)).toBe(true)
      expect(await space.add("n", 2)).toBe(false)
      expect(await space.incr("n", 4)).toBe(5)
      expect(await space.decr("n", 7)).toBe(-2)
      expect(await space.touch("n", 60)).toBe(true)
      expect(await space.ttl("n")).toBe(60)
      expect(await space.has("n")).toBe(true)
      expect(await space.setMany({ a: 1, b: 2 }, { tags: ["t"] })).toEqual([])
      expect(await space.getMany(["a", "b", "c"])).toEqual(
        new Map([
          ["a", 1],
          ["b", 2],
        ]),
      )
      expect(await space.getOrSet("made", () => "value", { tags: ["t"] })).toBe("value")
      expect(await space.getOrSetMany(["a", "x"], (missing) => missing.map((key) => [key, key] as const))).toEqual(
        new Map<string, unknown>([
          ["a", 1],
          ["x", "x"],
        ]),
      )
      await space.invalidateTags(["t"])
      expect((await space.getMany(["a", "b", "made"])).size).toBe(0)
      expect(await space.incrVersion("n")).toBe(2)
      expect(await space.get("n", { version: 2 })).toBe(-2)
      expect(await listed(space)).toContain("x")
      expect(await space.delete("x")).toBe(true)
      expect(await space.deleteMany(["x", "n"])).toBe(0)
      const held = await space.lock("import", { wait: 0 })
      expect(await held.release()).toBe(true)
      await space.clear()
      expect(await space.get("n", { version: 2 })).toBeUndefined()
      await expect(space.incr("n")).rejects.toThrow(KeyNotFoundError)
      expect(await space.touch("n", 60)).toBe(false)
      expect(await space.delete("n")).toBe(false)
    }
  })

  it("has tags of its own", async () => {
    const { cache } = setUp()
    const space = cache.namespace("a")
    await cache.set("k", 1, { tags: ["t"] })
    await space.set("k", 2, { tags: ["t"] })
    await space.invalidateTags(["t"])
    expect([await cache.get("k"), await space.get("k")]).toEqual([1, undefined])
  })

  it("goes with the cache that it is in", async () => {
    const { backend, cache } = setUp()
    await cache.namespace("a").set("k", 1)
    await cache.set("k", 1)
    expect(await listed(cache)).toEqual(["k"])
    await cache.clear()
    expect(backend.entries.size).toBe(0)
    expect(await cache.namespace("a").get("k")).toBeUndefined()
  })

  it("leaves nothing in the store for ever, and reading makes nothing", async () => {
    const { backend, cache } = setUp()
    const space = cache.namespace("a")
    await space.get("k")
    await space.getMany(["k", "l"])
    expect(backend.entries.size).toBe(0)
    await space.set("k", 1, null)
    expect(await space.ttl("k")).toBe(30 * 86_400)
    for (const { expiry } of backend.entries.values()) expect(expiry).toBeLessThan(Number.POSITIVE_INFINITY)
  })

  it("works with key functions of all kinds", async () => {
    for (const keyFunction of [hashedKeyFunction, (key: string): string => key]) {
      const cache = new Cache(new MapBackend(), { keyFunction })
      await cache.set("k", 0)
      await cache.namespace("a").set("k", 1)
      expect([await cache.get("k"), await cache.namespace("a").get("k")]).toEqual([0, 1])
      await cache.namespace("a").clear()
      expect([await cache.get("k"), await cache.namespace("a").get("k")]).toEqual([0, undefined])
    }
  })

  it("needs a name", () => {
    const { cache } = setUp()
    expect(() => cache.namespace("")).toThrow('A namespace must have a non-empty name; got ""')
    expect(() => cache.namespace(7 as never)).toThrow(TypeError)
  })

  it("counts as empty while the store fails, and computes", async () => {
    const { backend, cache } = setUp()
    const space = cache.namespace("a")
    await space.set("k", 1)
    backend.failure = new Error("down")
    expect(await space.get("k")).toBeUndefined()
    expect(await space.getOrSet("k", () => 2)).toBe(2)
    expect(await space.getOrSetMany(["k"], () => ({ k: 3 }))).toEqual(new Map([["k", 3]]))
    backend.failure = undefined
    expect(await space.get("k")).toBe(1)
  })
})

describe("a store without removal by prefix", () => {
  it("is cleared by a token: everything of this cache, and nothing of anybody else's", async () => {
    const backend = withoutClear(new MapBackend())
    const [mine, mineToo, theirs] = ["p", "p", "q"].map((keyPrefix) => new Cache(backend, { keyPrefix }))
    await backend.set("foreign", Buffer.from("1"))
    for (const cache of [mine, theirs]) {
      await cache?.setMany({ a: 1, b: 2 })
      await cache?.namespace("n").set("k", 1)
      await cache?.set("a", 2, { version: 2, timeout: null })
    }
    await mineToo?.clear()
    expect((await mine?.getMany(["a", "b"]))?.size).toBe(0)
    expect(await mine?.get("a", { version: 2 })).toBeUndefined()
    expect(await mine?.namespace("n").get("k")).toBeUndefined()
    expect((await theirs?.getMany(["a", "b"]))?.size).toBe(2)
    expect(await theirs?.namespace("n").get("k")).toBe(1)
    expect(await backend.get("foreign")).toEqual(Buffer.from("1"))
    await mine?.set("a", 3)
    expect(await mineToo?.get("a")).toBe(3)
  })

  it("keeps for ever what is to be kept for ever", async () => {
    const cache = new Cache(withoutClear(new MapBackend()))
    await cache.set("k", 1, null)
    expect(await cache.ttl("k")).toBeNull()
  })
})
