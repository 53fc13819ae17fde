import assert from "node:assert/strict"
import { Cache } from "@larder/core"
import { type CacheClause, type CacheContext, cacheClause, cachePrefix } from "../cache-clause.js"
import { childProcesses } from "../clause.js"
import { patientOptions } from "../patient-options.js"
import { withRecordedKeys } from "../recorded-keys.js"

const processes = 8
const callers = 50

/** One cache in several processes. The cache options of the harness do not apply: functions cannot be sent to a process. */
export const cacheProcessesClauses: readonly CacheClause[] = [
  cacheClause({
    id: "cache.processes.1",
    title: `With lock, the producer runs once for ${processes} processes with ${callers} callers each`,
    uses: ["add", "deleteIfEqual", "replaceIfEqual"],
    needs: childProcesses,
    async run(context) {
      const children = await Promise.all(Array.from({ length: processes }, context.fork))
      const { cache, keyPrefix } = await plainCache(context)
      const fillings = await Promise.all(children.map((child) => child.run("fillAtOnce", keyPrefix, "cold", callers)))
      const held = await cache.get("cold")
      await cache.delete("cold")
      assert.strictEqual(
        fillings.reduce((sum, { runs }) => sum + runs, 0),
        1,
        "runs of the producer",
      )
      assert.deepStrictEqual(new Set(fillings.flatMap(({ answers }) => answers)), new Set([held]))
    },
  }),
  cacheClause({
    id: "cache.processes.2",
    title: "What one process invalidates by tag or clears by namespace, no other serves",
    needs: childProcesses,
    async run(context) {
      const child = await context.child(0)
      const { cache, keyPrefix } = await plainCache(context)
      const [space, keys] = [cache.namespace("space"), ["tagged", "plain"]]
      await cache.set("tagged", 1, { tags: ["tag"] })
      await cache.set("plain", 2)
      await space.setMany({ tagged: 3, plain: 4 })
      const [before, after] = await child.run("invalidate", keyPrefix, { tag: "tag", namespace: "space", keys })
      assert.deepStrictEqual(before, ["tagged", "plain", "space: tagged", "space: plain"])
      assert.deepStrictEqual(after, ["plain"])
      assert.deepStrictEqual(await cache.getMany(keys), new Map([["plain", 2]]))
      assert.deepStrictEqual(await space.getMany(keys), new Map())
    },
  }),
  cacheClause({
    id: "cache.processes.3",
    title: "The lease of a killed process expires",
    uses: ["add", "deleteIfEqual", "replaceIfEqual"],
    needs: childProcesses,
    async run(context) {
      const child = await context.fork()
      const { cache, keyPrefix } = await plainCache(context)
      await child.run("fillWithoutEnd", keyPrefix, "key", 0.5)
      assert.strictEqual(await cache.get("key"), undefined, "a value that is being computed")
      await child.kill()
      assert.strictEqual(await cache.getOrSet("key", () => "successor's", { lock: { wait: 15 } }), "successor's")
      assert.strictEqual(await cache.get("key"), "successor's")
    },
  }),
]

/** A cache as in the child processes. Its internal entries exist already, so that this process cleans them up. */
async function plainCache(context: CacheContext): Promise<{ readonly cache: Cache; readonly keyPrefix: string }> {
  const keyPrefix = cachePrefix(context)
  const cache = new Cache(withRecordedKeys(context.backend, context.cleanUp), { ...patientOptions, keyPrefix })
  await cache.set("first", 1)
  return { cache, keyPrefix }
}
