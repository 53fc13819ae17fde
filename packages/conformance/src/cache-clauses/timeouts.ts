import assert from "node:assert/strict"
import type { Timeout } from "@larder/core"
import { assertRejects, type CacheClause, cacheClause } from "../cache-clause.js"

/** Timeouts of `Cache`. */
export const timeoutClauses: readonly CacheClause[] = [
  cacheClause({
    id: "cache.timeouts.1",
    title: "With a timeout of zero or less, set and setMany remove the entry",
    async run({ cache }) {
      for (const timeout of [0, -1, "0s", Number.NEGATIVE_INFINITY] as const) {
        await cache.setMany({ a: 1, b: 2, c: 3 })
        assert.strictEqual(await cache.set("a", 4, timeout), undefined)
        assert.deepStrictEqual(await cache.setMany({ b: 5, d: 6 }, { timeout }), [])
        assert.deepStrictEqual(await cache.getMany(["a", "b", "c", "d"]), new Map([["c", 3]]), String(timeout))
      }
    },
  }),
  cacheClause({
    id: "cache.timeouts.2",
    title: "With a timeout of zero or less, add stores nothing and touch removes the entry",
    uses: ["add", "touch"],
    async run({ cache }) {
      assert.strictEqual(await cache.add("a", 1, 0), true)
      assert.strictEqual(await cache.has("a"), false)
      await cache.set("a", 1)
      assert.strictEqual(await cache.add("a", 2, -5), false)
      assert.strictEqual(await cache.get("a"), 1)
      assert.strictEqual(await cache.touch("a", 0), true)
      assert.strictEqual(await cache.has("a"), false)
      assert.strictEqual(await cache.touch("a", 0), false)
    },
  }),
  cacheClause({
    id: "cache.timeouts.3",
    title: "A timeout in seconds, fractions of them or a string with a unit ends when it says",
    timed: "entries",
    async run({ cache, expire }) {
      const short: readonly Timeout[] = [0.15, 0.001, "150ms", "0.1s", 1e-9]
      const long: readonly Timeout[] = [3600, 100.2, "2h", "15m", "1.5d", "1w", 30 * 86_400 + 1]
      for (const timeout of [...short, ...long]) await cache.set(String(timeout), "value", timeout)
      await cache.setMany({ "batch-short": 1 }, "150ms")
      await cache.setMany({ "batch-long": 1 }, { timeout: 31 * 86_400 })
      await expire()
      for (const timeout of short) assert.strictEqual(await cache.has(String(timeout)), false, String(timeout))
      for (const timeout of long) assert.strictEqual(await cache.has(String(timeout)), true, String(timeout))
      assert.strictEqual(await cache.has("batch-short"), false)
      assert.strictEqual(await cache.has("batch-long"), true)
    },
  }),
  cacheClause({
    id: "cache.timeouts.4",
    title: "A timeout of null or Infinity never ends",
    timed: "entries",
    async run({ cache, cacheWith, expire }) {
      const brief = cacheWith({ keyPrefix: "brief", timeout: 0.15 })
      await brief.set("null", 1, null)
      await brief.set("infinity", 1, Number.POSITIVE_INFINITY)
      await brief.setMany({ many: 1 }, null)
      await cacheWith({ keyPrefix: "ever", timeout: null }).set("default", 1)
      await cache.set("revived", 1, "150ms")
      await cache.set("revived", 2, null)
      await expire()
      for (const key of ["null", "infinity", "many"]) assert.strictEqual(await brief.has(key), true, key)
      assert.strictEqual(await cacheWith({ keyPrefix: "ever" }).has("default"), true)
      assert.strictEqual(await cache.get("revived"), 2)
    },
  }),
  cacheClause({
    id: "cache.timeouts.5",
    title: "A call without a timeout uses the cache's, which is 300 seconds by default",
    timed: "entries",
    async run({ cache, cacheWith, expire }) {
      const brief = cacheWith({ keyPrefix: "brief", timeout: "150ms" })
      await brief.set("set", 1)
      await brief.set("version", 1, { version: 3 })
      await brief.setMany({ many: 1 })
      await brief.getOrSet("filled", 1)
      await brief.set("own", 1, 60)
      await cache.set("usual", 1)
      await expire()
      for (const key of ["set", "many", "filled"]) assert.strictEqual(await brief.has(key), false, key)
      assert.strictEqual(await brief.has("version", { version: 3 }), false)
      assert.strictEqual(await brief.has("own"), true)
      assert.strictEqual(await cache.has("usual"), true)
    },
  }),
  cacheClause({
    id: "cache.timeouts.6",
    title: "touch sets the given timeout, or the cache's, and returns whether there was an entry",
    uses: ["touch"],
    timed: "entries",
    async run({ cache, cacheWith, expire }) {
      const brief = cacheWith({ keyPrefix: "brief", timeout: 0.15 })
      await cache.set("shorter", 1, 60)
      assert.strictEqual(await cache.touch("shorter", 0.15), true)
      await brief.set("usual", 1, null)
      assert.strictEqual(await brief.touch("usual"), true)
      await brief.set("longer", 1, 0.15)
      const touched = await brief.touch("longer", null)
      assert.strictEqual(await cache.touch("nobody", 60), false)
      await expire()
      assert.strictEqual(await cache.has("shorter"), false)
      assert.strictEqual(await brief.has("usual"), false)
      // On a slow machine the entry may have expired before the touch.
      if (touched) assert.strictEqual(await brief.get("longer"), 1)
      assert.strictEqual(await cache.touch("shorter", 60), false, "an expired entry")
    },
  }),
  cacheClause({
    id: "cache.timeouts.7",
    title: "incr keeps the expiry",
    uses: ["incr"],
    timed: "entries",
    async run({ cache, expire }) {
      await cache.set("mortal", 1, "150ms")
      await cache.incr("mortal").catch(() => {})
      await cache.set("immortal", 1, null)
      await cache.incr("immortal")
      await expire()
      assert.strictEqual(await cache.has("mortal"), false)
      assert.strictEqual(await cache.get("immortal"), 2)
      await assertRejects(() => cache.incr("mortal"), "KeyNotFoundError")
    },
  }),
  cacheClause({
    id: "cache.timeouts.8",
    title: "ttl returns the seconds left, null for never and undefined for no entry",
    uses: ["ttl"],
    async run({ cache, backend }) {
      await cache.set("hour", 1, "1h")
      await cache.set("ever", 1, null)
      const left = (await cache.ttl("hour")) ?? Number.NaN
      assert.ok(
        left > 3_500 && left <= 3_600 + backend.capabilities.ttlResolution / 1_000,
        `${left} seconds left of an hour`,
      )
      assert.strictEqual(await cache.ttl("ever"), null)
      assert.strictEqual(await cache.ttl("nobody"), undefined)
    },
  }),
  cacheClause({
    id: "cache.timeouts.9",
    title: "An invalid timeout is rejected with a TypeError, and nothing changes",
    async run({ cache }) {
      await cache.set("key", "old")
      for (const timeout of [Number.NaN, "", "5", "5 minutes", "1y", true, {}.toString, 5n]) {
        await assertRejects(() => cache.set("key", "new", timeout as never), "TypeError")
        await assertRejects(() => cache.setMany({ key: "new" }, { timeout: timeout as never }), "TypeError")
      }
      assert.strictEqual(await cache.get("key"), "old")
    },
  }),
]
