import assert from "node:assert/strict"
import { Cache } from "@larder/core"
import { assertRejects, type CacheClause, cacheClause } from "../cache-clause.js"

/** `Cache`: versions, counting, `getOrSet` and `clear`. */
export const writingClauses: readonly CacheClause[] = [
  cacheClause({
    id: "cache.add.1",
    title: "add returns true once per version",
    uses: ["add"],
    async run({ cache }) {
      assert.strictEqual(await cache.add("answer", 42, { version: 2 }), true)
      assert.strictEqual(await cache.add("answer", 37, { version: 2 }), false)
      assert.strictEqual(await cache.add("answer", 37), true)
      assert.strictEqual(await cache.get("answer"), 37)
      assert.strictEqual(await cache.get("answer", { version: 2 }), 42)
    },
  }),
  cacheClause({
    id: "cache.versions.1",
    title: "An entry belongs to one version, named by a call or a view",
    async run({ cache }) {
      const second = cache.withVersion(2)
      await cache.set("answer", 42)
      assert.strictEqual(await cache.get("answer", { version: 1 }), 42)
      assert.strictEqual(await cache.get("answer", { version: 2 }), undefined)
      assert.strictEqual(await second.get("answer"), undefined)
      assert.strictEqual(await second.get("answer", { version: 1 }), 42)
      await second.setMany({ answer: 43, other: 1 })
      assert.deepStrictEqual(await cache.getMany(["answer", "other"]), new Map([["answer", 42]]))
      assert.strictEqual(await cache.has("other", { version: 2 }), true)
      assert.strictEqual(await cache.delete("answer"), true)
      assert.strictEqual(await second.get("answer"), 43)
    },
  }),
  cacheClause({
    id: "cache.versions.2",
    title: "incrVersion and decrVersion move an entry, also null, with its expiry",
    async run({ cache, backend }) {
      await cache.set("answer", null, 1_000)
      assert.strictEqual(await cache.incrVersion("answer"), 2)
      assert.strictEqual(await cache.has("answer"), false)
      assert.strictEqual(await cache.get("answer", { version: 2, default: "none" }), null)
      assert.strictEqual(await cache.incrVersion("answer", 3, { version: 2 }), 5)
      assert.strictEqual(await cache.withVersion(5).decrVersion("answer", 4), 1)
      assert.strictEqual(await cache.has("answer"), true)
      if (backend.ttl !== undefined) {
        const left = (await cache.ttl("answer")) ?? Number.NaN
        assert.ok(
          left > 900 && left <= 1_000 + backend.capabilities.ttlResolution / 1_000,
          `${left} seconds left of 1000`,
        )
      }
      await assertRejects(() => cache.incrVersion("nobody"), "KeyNotFoundError")
      await assertRejects(() => cache.decrVersion("nobody"), "KeyNotFoundError")
    },
  }),
  cacheClause({
    id: "cache.prefix.1",
    title: "Two caches with different prefixes share nothing",
    async run({ cache, cacheWith }) {
      const other = cacheWith({ keyPrefix: "x" })
      await cache.set("somekey", "value")
      assert.strictEqual(await other.has("somekey"), false)
      await other.set("somekey", "value2")
      assert.strictEqual(await cache.get("somekey"), "value")
      assert.strictEqual(await other.get("somekey"), "value2")
    },
  }),
  cacheClause({
    id: "cache.incr.1",
    title: "incr and decr count in one version, also below zero",
    uses: ["incr"],
    async run({ cache }) {
      await cache.set("answer", 41)
      await cache.set("answer", 7, { version: 2 })
      assert.strictEqual(await cache.incr("answer"), 42)
      assert.strictEqual(await cache.get("answer"), 42)
      assert.strictEqual(await cache.incr("answer", 10), 52)
      assert.strictEqual(await cache.incr("answer", -10), 42)
      assert.strictEqual(await cache.decr("answer"), 41)
      assert.strictEqual(await cache.decr("answer", 100), -59)
      assert.strictEqual(await cache.decr("answer", -59), 0)
      assert.strictEqual(await cache.incr("answer", 1, { version: 2 }), 8)
      assert.strictEqual(await cache.get("answer"), 0)
    },
  }),
  cacheClause({
    id: "cache.incr.2",
    title: "incr and decr reject with the documented error and keep the entry",
    uses: ["incr"],
    async run({ cache }) {
      await assertRejects(() => cache.incr("nobody"), "KeyNotFoundError")
      await assertRejects(() => cache.decr("nobody", -1), "KeyNotFoundError")
      assert.strictEqual(await cache.has("nobody"), false)
      for (const value of ["text", null, 1.5, "41", [1], true]) {
        await cache.set("value", value)
        await assertRejects(() => cache.incr("value"), "TypeError")
        assert.deepStrictEqual(await cache.get("value", { default: "lost" }), value)
      }
      await cache.set("value", Number.MAX_SAFE_INTEGER)
      await assertRejects(() => cache.incr("value"), "RangeError")
      assert.strictEqual(await cache.get("value"), Number.MAX_SAFE_INTEGER)
      await assertRejects(() => cache.incr("value", 1.5), "TypeError")
    },
  }),
  cacheClause({
    id: "cache.getOrSet.1",
    title: "getOrSet stores and returns the value, or what a function returns, once for concurrent callers",
    async run({ cache }) {
      assert.strictEqual(await cache.getOrSet("projector", 42), 42)
      assert.strictEqual(await cache.get("projector"), 42)
      let calls = 0
      const produce = async () => {
        calls += 1
        return null
      }
      const crowd = Array.from({ length: 20 }, () => cache.getOrSet("null", produce))
      assert.deepStrictEqual(new Set(await Promise.all(crowd)), new Set([null]))
      assert.strictEqual(await cache.getOrSet("null", produce), null)
      assert.strictEqual(calls, 1, "calls of the function")
      assert.strictEqual(await cache.get("null", { default: "none" }), null)
      assert.strictEqual(await cache.getOrSet("projector", 1, { version: 2 }), 1)
      assert.strictEqual(await cache.getOrSet("projector", 2), 42)
    },
  }),
  cacheClause({
    id: "cache.getOrSet.2",
    title: "getOrSet stores nothing if the function throws or returns undefined",
    async run({ cache }) {
      const failing = cache.getOrSet("key", () => {
        throw new RangeError("no projector")
      })
      await assert.rejects(failing, { message: "no projector" })
      assert.strictEqual(await cache.getOrSet("key", () => undefined), undefined)
      assert.strictEqual(await cache.has("key"), false)
      await assertRejects(() => cache.getOrSet("key", undefined), "TypeError")
    },
  }),
  cacheClause({
    id: "cache.clear.1",
    title: "clear removes the entries of all versions under its prefix, and none of another prefix",
    async run({ cache, cacheWith }) {
      const longer = cacheWith({ keyPrefix: "x" })
      await cache.setMany({ a: 1, b: 2 })
      await cache.set("a", 3, { version: 2, timeout: null })
      await longer.set("a", 4)
      await cache.clear()
      assert.deepStrictEqual(await cache.getMany(["a", "b"]), new Map())
      assert.strictEqual(await cache.has("a", { version: 2 }), false)
      assert.strictEqual(await longer.get("a"), 4)
      await cache.set("a", 5)
      assert.strictEqual(await cache.get("a"), 5, "written after the clear")
    },
  }),
  cacheClause({
    id: "cache.support.1",
    title: "An operation that the backend does not support is rejected with a NotSupportedError",
    async run({ cache, backend }) {
      const uses: Readonly<Record<string, () => Promise<unknown>>> = {
        add: () => cache.add("key", 1),
        touch: () => cache.touch("key"),
        incr: () => cache.incr("key"),
        ttl: () => cache.ttl("key"),
        prune: () => cache.prune(),
        stats: () => cache.stats(),
      }
      for (const [method, use] of Object.entries(uses)) {
        if (backend[method as keyof typeof backend] === undefined) await assertRejects(use, "NotSupportedError")
      }
      assert.strictEqual(await cache.ping(), undefined, "ping without a method of the backend")
    },
  }),
  cacheClause({
    id: "cache.close.1",
    title: "A closed cache rejects every call, and can be closed again",
    async run({ open, prefix }) {
      const cache = new Cache(await open(), { keyPrefix: prefix.replace(":", "") })
      await cache.get("key")
      await cache.close()
      await assertRejects(() => cache.get("key"), "ClosedError")
      await assertRejects(() => cache.set("key", 1), "ClosedError")
      assert.strictEqual(await cache.close(), undefined)
    },
  }),
]
