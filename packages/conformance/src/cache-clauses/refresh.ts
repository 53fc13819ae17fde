import assert from "node:assert/strict"
import { setTimeout as wait } from "node:timers/promises"
import type { Cache } from "@larder/core"
import { type CacheClause, cacheClause, replacesEntries } from "../cache-clause.js"
import { contenders } from "../contenders.js"
import { severable } from "../severable.js"

/** Milliseconds that background work may take on a busy machine. */
const patience = 15_000
const pollingInterval = 5

/** A timeout in seconds, and milliseconds after which it has passed: staleness follows the real clock on every store. */
const shortTimeout = 0.02
const toStaleness = 25

/** How `getOrSet` recomputes a value. */
export const refreshClauses: readonly CacheClause[] = [
  cacheClause({
    id: "cache.refresh.1",
    title: "With lock, the producer runs once for many handles",
    uses: ["add", "deleteIfEqual", "replaceIfEqual"],
    async run({ elsewhere }) {
      const caches = await Promise.all(Array.from({ length: contenders }, (_, index) => elsewhere(index)))
      let runs = 0
      const produce = async (): Promise<string> => {
        runs += 1
        await wait(50)
        return `value of run ${runs}`
      }
      const crowd = caches.flatMap((one) =>
        Array.from({ length: 5 }, () => one.getOrSet("key", produce, { lock: true })),
      )
      assert.deepStrictEqual(new Set(await Promise.all(crowd)), new Set(["value of run 1"]))
      for (const one of caches) assert.strictEqual(await one.get("key"), "value of run 1")
      assert.strictEqual(runs, 1, "runs of the producer")
    },
  }),
  cacheClause({
    id: "cache.refresh.2",
    title: "With lock, a value is not stored over what another handle wrote or removed meanwhile",
    uses: ["add", "deleteIfEqual", "replaceIfEqual"],
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      const whileComputing = (key: string, work: () => Promise<unknown>): Promise<string> =>
        cache.getOrSet(
          key,
          async () => {
            await work()
            return "outdated"
          },
          { lock: true },
        )
      assert.strictEqual(await whileComputing("written", () => other.set("written", "newer")), "newer")
      assert.strictEqual(await other.get("written"), "newer")
      assert.strictEqual(await whileComputing("removed", () => other.delete("removed")), "outdated")
      for (const reader of [cache, other]) assert.strictEqual(await reader.get("removed"), undefined)
      assert.strictEqual(await whileComputing("added", () => other.add("added", "newer")), "newer")
      assert.strictEqual(await cache.getOrSet("removed", () => "new", { lock: true }), "new")
      assert.strictEqual(await other.get("removed"), "new")
    },
  }),
  cacheClause({
    id: "cache.refresh.3",
    title: "Without lock, a value is not stored over what another handle wrote meanwhile",
    uses: ["add"],
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      const produce = async (): Promise<string> => {
        await other.set("key", "newer")
        return "outdated"
      }
      assert.strictEqual(await cache.getOrSet("key", produce), "newer")
      for (const reader of [cache, other]) assert.strictEqual(await reader.get("key"), "newer")
    },
  }),
  cacheClause({
    id: "cache.refresh.4",
    title: "The lease of a disconnected owner expires, and its late value is not stored",
    uses: ["add", "deleteIfEqual", "replaceIfEqual"],
    async run({ cache, cacheOn, elsewhere, backend }) {
      const { handle, sever, mend } = severable(backend)
      const [began, late] = [signal<void>(), signal<string>()]
      const produce = (): Promise<string> => {
        sever()
        began.give()
        return late.given
      }
      const answer = cacheOn(handle).getOrSet("key", produce, { lock: { lease: 0.05 } })
      await Promise.race([began.given, answer])
      const successor = await elsewhere()
      const options = { lock: { wait: patience / 1_000 } }
      assert.strictEqual(await successor.getOrSet("key", () => "successor's", options), "successor's")
      mend()
      late.give("late")
      assert.strictEqual(await answer, "successor's")
      for (const reader of [cache, successor]) assert.strictEqual(await reader.get("key"), "successor's")
    },
  }),
  cacheClause({
    id: "cache.refresh.5",
    title: "With staleFor, getOrSet returns a stale value at once and refreshes it",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      await cache.getOrSet("key", () => "old", { timeout: shortTimeout, staleFor: "1h" })
      await wait(toStaleness)
      for (const reader of [cache, other])
        assert.strictEqual(await reader.get("key"), undefined, "get of a stale value")
      const late = signal<string>()
      const produce = (): Promise<string> => late.given
      for (let round = 0; round < 2; round += 1) {
        assert.strictEqual(await other.getOrSet("key", produce, { timeout: "1h", staleFor: "1h" }), "old")
      }
      late.give("new")
      await assertBecomes(cache, "key", "new")
      assert.strictEqual(await other.getOrSet("key", () => "newer", { timeout: "1h", staleFor: "1h" }), "new")
    },
  }),
  cacheClause({
    id: "cache.refresh.6",
    title: "With staleIfError, getOrSet returns a stale value only if the producer fails",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      const options = { timeout: "1h", staleIfError: "1h" } as const
      const fail = (): never => {
        throw new Error("the source is down")
      }
      await cache.getOrSet("key", () => "old", { timeout: shortTimeout, staleIfError: "1h" })
      await wait(toStaleness)
      assert.strictEqual(await other.getOrSet("key", fail, options), "old")
      assert.strictEqual(await cache.getOrSet("key", () => "new", options), "new")
      assert.strictEqual(await other.getOrSet("key", fail, options), "new")
      await assert.rejects(other.getOrSet("missing", fail, options), { message: "the source is down" })
    },
  }),
  cacheClause({
    id: "cache.refresh.7",
    title: "add stores over a stale value, and no pending refresh replaces what it stored",
    uses: ["add"],
    needs: replacesEntries,
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      await cache.getOrSet("key", () => "old", { timeout: shortTimeout, staleFor: "1h" })
      await wait(toStaleness)
      const late = signal<string>()
      assert.strictEqual(await cache.getOrSet("key", () => late.given, { timeout: "1h", staleFor: "1h" }), "old")
      assert.strictEqual(await other.add("key", "added"), true)
      assert.strictEqual(await other.add("key", "again"), false)
      late.give("outdated")
      await wait(toStaleness)
      for (const reader of [cache, other]) assert.strictEqual(await reader.get("key"), "added")
    },
  }),
]

/** A promise that `give` resolves. */
function signal<Value>(): { readonly given: Promise<Value>; give(value: Value): void } {
  let give = (_value: Value): void => {}
  const given = new Promise<Value>((resolve) => {
    give = resolve
  })
  return { given, give }
}

/** Resolves when the entry holds the value, which is written in the background. */
async function assertBecomes(cache: Cache, key: string, value: unknown): Promise<void> {
  const giveUp = performance.now() + patience
  for (;;) {
    const held = await cache.get(key)
    if (held === value || performance.now() > giveUp) return assert.strictEqual(held, value)
    await wait(pollingInterval)
  }
}
