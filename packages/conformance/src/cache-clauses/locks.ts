import assert from "node:assert/strict"
import { assertRejects, type CacheClause, cacheClause } from "../cache-clause.js"
import { contenders } from "../contenders.js"

/** `cache.lock`. */
export const lockClauses: readonly CacheClause[] = [
  cacheClause({
    id: "cache.locks.1",
    title: "A lock excludes other handles until it is released, and does not affect other locks",
    uses: ["add", "deleteIfEqual"],
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      const held = await cache.lock("import")
      for (const one of [cache, other]) await assertRejects(() => one.lock("import", { wait: 0 }), "LockError")
      assert.strictEqual(await (await other.lock("export", { wait: 0 })).release(), true)
      assert.strictEqual(await cache.has("import"), false, "an entry of the lock's name")
      assert.strictEqual(await held.release(), true)
      const next = await other.lock("import", { wait: 0 })
      await assertRejects(() => cache.lock("import", { wait: 0 }), "LockError")
      assert.strictEqual(await next.release(), true)
    },
  }),
  cacheClause({
    id: "cache.locks.2",
    title: "Of many handles waiting for a lock, one holds it at a time, and each gets its turn",
    uses: ["add", "deleteIfEqual"],
    async run({ cache, elsewhere }) {
      const caches = await Promise.all(Array.from({ length: contenders }, (_, index) => elsewhere(index)))
      await cache.set("count", 0)
      const countUp = async (one: typeof cache): Promise<void> => {
        const held = await one.lock("counter", { wait: 15 })
        await one.set("count", Number(await one.get("count")) + 1)
        assert.strictEqual(await held.release(), true, "release of a lock that is held")
      }
      await Promise.all([...caches, ...caches].map(countUp))
      assert.strictEqual(await cache.get("count"), 2 * contenders, "counted under the lock")
    },
  }),
  cacheClause({
    id: "cache.locks.3",
    title: "A lock is free after its timeout, and its late holder cannot release or extend its successor's",
    uses: ["add", "deleteIfEqual"],
    timed: "entries",
    async run({ cache, elsewhere, backend, shortTtl, expire }) {
      const other = await elsewhere()
      const late = await cache.lock("import", { timeout: shortTtl / 1_000 })
      await expire()
      const successor = await other.lock("import", { wait: 0 })
      if (backend.replaceIfEqual !== undefined)
        assert.strictEqual(await late.extend(), false, "extend of the late holder")
      assert.strictEqual(await late.release(), false, "release of the late holder")
      await assertRejects(() => cache.lock("import", { wait: 0 }), "LockError")
      if (backend.replaceIfEqual !== undefined) assert.strictEqual(await successor.extend(60), true)
      assert.strictEqual(await successor.release(), true)
    },
  }),
  cacheClause({
    id: "cache.locks.4",
    title: "extend keeps a lock beyond its timeout",
    uses: ["add", "deleteIfEqual", "replaceIfEqual"],
    timed: "entries",
    async run({ cache, elsewhere, shortTtl, expire }) {
      const held = await cache.lock("import", { timeout: shortTtl / 1_000 })
      // On a slow machine the lock may have expired by now.
      const extended = await held.extend("1h")
      await expire()
      if (!extended) return
      const other = await elsewhere()
      await assertRejects(() => other.lock("import", { wait: 0 }), "LockError")
      assert.strictEqual(await held.release(), true)
    },
  }),
  cacheClause({
    id: "cache.locks.5",
    title: "The fence of a lock is larger than that of every previous holder",
    uses: ["add", "deleteIfEqual", "incr"],
    async run({ cache, elsewhere }) {
      const caches = [cache, await elsewhere(), cache, await elsewhere(1)]
      let last = Number.NEGATIVE_INFINITY
      for (const one of caches) {
        const held = await one.lock("import", { wait: 0 })
        const { fence = Number.NaN } = held
        assert.ok(Number.isSafeInteger(fence) && fence > last, `a fence of ${fence} after one of ${last}`)
        last = fence
        await held.release()
      }
    },
  }),
]
