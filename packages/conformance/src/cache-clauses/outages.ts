import assert from "node:assert/strict"
import { getEventListeners, setMaxListeners } from "node:events"
import { setTimeout as wait } from "node:timers/promises"
import type { Backend, Cache, ProducerContext } from "@larder/core"
import { assertRejects, type CacheClause } from "../cache-clause.js"
import { eventually, inTime, type OutageContext, outageClause, outages } from "../outage-clause.js"

/** Checks of a cache whose store is down, by name. */
type Checks = Readonly<Record<string, (cache: Cache) => Promise<unknown>>>

/** The number of calls that must each cost almost nothing, and the milliseconds that all of them may take. */
const manyCalls = 300
const manyCallsLimit = 10_000

const reads: Checks = {
  get: async (cache) => assert.strictEqual(await cache.get("value", { default: "none" }), "none"),
  has: async (cache) => assert.strictEqual(await cache.has("value"), false),
  getMany: async (cache) => assert.deepStrictEqual(await cache.getMany(["value", "tagged"]), new Map()),
  set: async (cache) => assert.strictEqual(await cache.set("written", "new"), undefined),
  "set with tags": async (cache) => assert.strictEqual(await cache.set("written", "new", { tags: ["t"] }), undefined),
  setMany: async (cache) => assert.deepStrictEqual(await cache.setMany({ a: 1, b: 2 }), ["a", "b"]),
}

const computed: Checks = {
  getOrSet: async (cache) => assert.strictEqual(await cache.getOrSet("value", () => "made"), "made"),
  "getOrSet with tags": async (cache) =>
    assert.strictEqual(await cache.getOrSet("tagged", () => "made", { tags: ["t"] }), "made"),
  "getOrSet with every option": async (cache) => {
    const options = { timeout: 60, staleFor: 60, staleIfError: 60, early: true, timeoutHard: 60, tags: ["t"] }
    const produce = ({ tags }: ProducerContext<string>): string => {
      tags(["late"])
      return "made"
    }
    assert.strictEqual(await cache.getOrSet("all", produce, options), "made")
  },
  "getOrSet by a crowd": async (cache) => {
    // Lets the cache find out that its store is down, so that the crowd does not wait.
    await Promise.all(Array.from({ length: 10 }, () => cache.get("crowd")))
    let runs = 0
    const produce = async (): Promise<string> => {
      runs += 1
      await wait(50)
      return "made"
    }
    const crowd = Array.from({ length: 50 }, () => cache.getOrSet("crowd", produce))
    assert.deepStrictEqual(new Set(await Promise.all(crowd)), new Set(["made"]))
    // A caller that probes the store arrives later, and may run it again.
    assert.ok(runs <= 2, `the producer ran ${runs} times for 50 callers`)
  },
  getOrSetMany: async (cache) => {
    const made = await cache.getOrSetMany(["value", "other"], (keys) => keys.map((key) => [key, key] as const))
    assert.deepStrictEqual(Object.fromEntries(made), { value: "value", other: "other" })
  },
}

const computedUnderLease: Checks = {
  "getOrSet under a lease": async (cache) =>
    assert.strictEqual(await cache.getOrSet("value", () => "made", { lock: true }), "made"),
  "getOrSet under a lease, with tags": async (cache) =>
    assert.strictEqual(await cache.getOrSet("tagged", () => "made", { lock: true, tags: ["t"] }), "made"),
}

const decisions: Checks = {
  delete: (cache) => rejects(() => cache.delete("value")),
  deleteMany: (cache) => rejects(() => cache.deleteMany(["value", "tagged"])),
  invalidateTags: (cache) => rejects(() => cache.invalidateTags(["t", "u"])),
  snapshotTags: (cache) => rejects(() => cache.snapshotTags(["t"])),
  "clear of a namespace": (cache) => rejects(() => cache.namespace("inner").clear()),
  ping: (cache) => rejects(() => cache.ping()),
}

/** Decisions that require an optional method. */
function optionalDecisions({ add, incr, deleteIfEqual }: Backend<unknown>): Checks {
  return {
    ...(add && { add: (cache) => rejects(() => cache.add("added", 1)) }),
    ...(incr && {
      incr: (cache) => rejects(() => cache.incr("counted")),
      decr: (cache) => rejects(() => cache.decr("counted")),
    }),
    ...(add && deleteIfEqual && { lock: (cache) => rejects(() => cache.lock("door")) }),
  }
}

/** `Cache` while its store is down, and afterwards. */
export const outageClauses: readonly CacheClause[] = [
  outageClause({
    id: "cache.outages.1",
    title: "While the store is down, reads miss and set and setMany do nothing, each in time",
    run: (context) => checkAll(context, () => reads),
  }),
  outageClause({
    id: "cache.outages.2",
    title: "While the store is down, touch does nothing, in time",
    uses: ["touch"],
    run: (context) =>
      checkAll(context, () => ({
        touch: async (cache) => assert.strictEqual(await cache.touch("value", 60), false),
      })),
  }),
  outageClause({
    id: "cache.outages.3",
    title: "While the store is down, getOrSet computes once for concurrent callers",
    run: (context) => checkAll(context, () => computed),
  }),
  outageClause({
    id: "cache.outages.4",
    title: "While the store is down, getOrSet with lock computes",
    uses: ["add", "deleteIfEqual", "replaceIfEqual"],
    run: (context) => checkAll(context, () => computedUnderLease),
  }),
  outageClause({
    id: "cache.outages.5",
    title: "While the store is down, operations that decide or remove reject with a BackendError, in time",
    run: (context) => checkAll(context, (handle) => ({ ...decisions, ...optionalDecisions(handle) })),
  }),
  outageClause({
    id: "cache.outages.6",
    title: "While the store is down, calls do not each time out, and afterwards entries are hits within ten seconds",
    run: (context) =>
      forEachOutage(context, async (fault, name, { station }) => {
        const { proxy, cacheWith } = await station()
        const cache = cacheWith()
        const inner = cache.namespace(name)
        await cache.set(name, "kept")
        await cache.set(`tagged:${name}`, "kept", { tags: [name] })
        await inner.set("value", "kept")
        await proxy.inflict(fault)
        await Promise.all(Array.from({ length: 10 }, () => cache.get("missing")))
        const start = performance.now()
        for (let call = 0; call < manyCalls; call++) {
          await cache.get("missing")
          await cache.getOrSet("missing", () => "made", { tags: [name] })
        }
        const duration = Math.round(performance.now() - start)
        assert.ok(duration < manyCallsLimit, `${2 * manyCalls} calls, one after the other, took ${duration} ms`)
        await proxy.heal()
        // Checked separately: a store of several servers need not reconnect to all of them at once.
        await eventually(async () => (await cache.get(name)) === "kept", `a hit again after ${name}`)
        await eventually(async () => (await cache.get(`tagged:${name}`)) === "kept", `a tagged hit again after ${name}`)
        await eventually(async () => (await inner.get("value")) === "kept", `a hit in a namespace again after ${name}`)
        assert.strictEqual(await cache.delete(name), true)
      }),
  }),
  outageClause({
    id: "cache.outages.7",
    title: "An entry whose overwrite or removal failed is not served, and is gone after the outage",
    run: (context) =>
      forEachOutage(context, async (fault, name, { station, cacheWith }) => {
        const { proxy, cacheWith: cacheBehind } = await station()
        const cache = cacheBehind()
        const keys = ["set", "setMany", "delete", "deleteMany"].map((method) => `${method}:${name}`)
        const [set = "", many = "", deleted = "", manyDeleted = ""] = keys
        const views = [cache, cache.namespace("inner")]
        for (const view of views) await view.setMany([...keys, `other:${name}`].map((key) => [key, "old"] as const))
        await proxy.inflict(fault)
        for (const view of views) {
          await Promise.all([
            view.set(set, "new"),
            view.setMany([[many, "new"]]),
            rejects(() => view.delete(deleted)),
            rejects(() => view.deleteMany([manyDeleted])),
          ])
        }
        await proxy.heal()
        await eventually(async () => {
          for (const view of views) for (const key of keys) assert.notStrictEqual(await view.get(key), "old", key)
          return (await cache.get(`other:${name}`)) === "old"
        }, `a hit again after ${name}`)
        const direct = [cacheWith({}), cacheWith({}).namespace("inner")]
        await eventually(async () => {
          const found = await Promise.all(direct.map((view) => view.getMany(keys)))
          return found.every((values) => [...values.values()].every((value) => value !== "old"))
        }, `the old entries are gone from the store after ${name}`)
        for (const view of views) {
          await eventually(async () => {
            await view.set(set, "newer")
            return (await view.get(set)) === "newer"
          }, `what is set is a hit after ${name}`)
        }
      }),
  }),
  outageClause({
    id: "cache.outages.8",
    title: "An outage emits one warning",
    async run({ station, prefix, warnings }) {
      const { proxy, cacheWith } = await station()
      const alias = `outage of ${prefix}`
      const cache = cacheWith({ alias })
      const mine = (): readonly string[] => warnings.filter((warning) => warning.includes(alias))
      await cache.set("value", "kept")
      assert.deepStrictEqual(mine(), [])
      for (const fault of Object.values(outages)) {
        await proxy.inflict(fault)
        const calls = Object.values({ ...reads, ...computed, ...decisions }).map((check) => check(cache))
        await Promise.allSettled(calls)
        assert.strictEqual(mine().length, 1, mine().join("\n"))
      }
    },
  }),
  outageClause({
    id: "cache.outages.9",
    title: "Outages leave no connections and no listeners behind",
    uses: ["close"],
    async run({ station }) {
      const { proxy, cacheWith } = await station()
      const cache = cacheWith()
      const { signal } = new AbortController()
      setMaxListeners(0, signal)
      const produce = (): string => "made"
      const crowd = (): Promise<unknown> =>
        Promise.all(
          Array.from({ length: 100 }, (_, call) => cache.getOrSet(`made:${call}`, produce, { signal, tags: ["t"] })),
        )
      await cache.set("value", "kept")
      await crowd()
      const most = proxy.live + 2
      const listening = listenersOfProcess()
      for (const [name, fault] of Object.entries(outages)) {
        await proxy.inflict(fault)
        for (let round = 0; round < 3; round++) await crowd()
        await proxy.heal()
        await eventually(async () => (await cache.get("value")) === "kept", `a hit again after ${name}`)
        await eventually(async () => proxy.live <= most, `at most ${most} connections are open after ${name}`)
      }
      assert.strictEqual(getEventListeners(signal, "abort").length, 0, "listeners of the callers' signal")
      assert.deepStrictEqual(listenersOfProcess(), listening, "listeners of the process")
      await cache.close()
      await eventually(async () => proxy.live === 0, "no connection is open after close")
    },
  }),
]

function rejects(work: () => Promise<unknown>): Promise<void> {
  return assertRejects(work, "BackendError")
}

/** Runs the checks in every outage, inside and outside a namespace, on used and on new handles. */
async function checkAll(context: OutageContext, checksOn: (handle: Backend<unknown>) => Checks): Promise<void> {
  // One outage after the other, because some stores limit concurrent connections.
  for (const [name, fault] of Object.entries(outages)) {
    const [used, fresh] = await Promise.all([context.station(), context.station(fault)])
    const checks = Object.entries(checksOn(used.handle))
    // A cache for each check, so that none benefits from what another one found out.
    const prepared = await Promise.all(
      checks.map(async ([method, check]) => {
        const cache = used.cacheWith()
        await prepare(cache)
        return { method, check, cache }
      }),
    )
    await used.proxy.inflict(fault)
    const unprepared = checks.map(([method, check]) => ({ method, check, cache: fresh.cacheWith() }))
    await Promise.all(
      [...prepared, ...unprepared].flatMap(({ method, check, cache }) => [
        inTime(`${method} in ${name}`, () => check(cache)),
        inTime(`${method} in a namespace, in ${name}`, () => check(cache.namespace("inner"))),
      ]),
    )
  }
}

async function prepare(cache: Cache): Promise<void> {
  for (const view of [cache, cache.namespace("inner")]) {
    await view.set("value", "kept")
    await view.set("tagged", "kept", { tags: ["t"] })
  }
}

async function forEachOutage(
  context: OutageContext,
  check: (fault: (typeof outages)[string], name: string, context: OutageContext) => Promise<void>,
): Promise<void> {
  const checked = Object.entries(outages).map(([name, fault]) => check(fault, name, context))
  await Promise.all(checked)
}

function listenersOfProcess(): Readonly<Record<string, number>> {
  const events = process.eventNames().map(String)
  return Object.fromEntries(events.map((event) => [event, process.listenerCount(event)]))
}
