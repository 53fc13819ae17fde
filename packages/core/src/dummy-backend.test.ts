import { describe, expect, it } from "vitest"
import { Cache } from "./cache.js"
import { DummyBackend } from "./dummy-backend.js"
import { KeyNotFoundError } from "./errors.js"

describe("DummyBackend", () => {
  it("answers as Django's dummy cache does", async () => {
    const cache = new Cache(new DummyBackend())
    await cache.set("k", 1)
    expect(await cache.get("k", { default: "default" })).toBe("default")
    expect(await cache.add("k", 1)).toBe(true)
    expect(await cache.add("k", 1)).toBe(true)
    expect(await cache.has("k")).toBe(false)
    expect(await cache.touch("k")).toBe(false)
    expect(await cache.delete("k")).toBe(false)
    expect(await cache.setMany({ a: 1 })).toEqual([])
    expect(await cache.getMany(["a"])).toEqual(new Map())
    expect(await cache.deleteMany(["a"])).toBe(0)
    expect(await cache.getOrSet("k", () => "computed")).toBe("computed")
    expect(await cache.ttl("k")).toBeUndefined()
    expect(await cache.prune()).toBe(0)
    for (const call of [cache.incr("k"), cache.decr("k"), cache.incrVersion("k"), cache.decrVersion("k")]) {
      await expect(call).rejects.toThrow(KeyNotFoundError)
    }
    for await (const key of cache.keys()) expect.unreachable(key)
    await cache.clear()
    await cache.ping()
    await cache.close()
  })
})
