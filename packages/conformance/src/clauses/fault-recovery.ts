import assert from "node:assert/strict"
import { setTimeout as wait } from "node:timers/promises"
import { Cache } from "@larder/core"
import { assertRejects } from "../cache-clause.js"
import type { BackendWith, Clause, ClauseContext, OptionalMethod } from "../clause.js"
import { assertHolds } from "../entry-assertions.js"
import {
  assertHappens,
  assertOwnAnswers,
  assertRecovers,
  everyCall,
  faultClause,
  rejectionsOf,
  writeDirectly,
} from "../fault-clause.js"
import type { Fault } from "../fault-proxy/fault.js"
import type { FaultNetwork } from "../fault-proxy/fault-network.js"
import { callLosingReply, roundTrips } from "../lost-reply.js"
import { withRecordedKeys } from "../recorded-keys.js"
import { assertError } from "../rejections.js"
import { sameStored } from "../stored-values.js"
import { wakingTimeout } from "../waking-timeout.js"

const faults: readonly Fault[] = [
  { kind: "refuse" },
  { kind: "silence" },
  { kind: "reset" },
  { kind: "garbage" },
  { kind: "slow", latency: 3_600_000 },
]

/** The faults during which no reply can be read. */
const unreachable = faults.filter(({ kind }) => kind !== "slow")

/**
 * The `operationTimeout` of the caches, and how much later an operation may settle in a running process, in milliseconds.
 */
const operationLimit = 250
const lateness = 1000

/** What a handle does after a fault, and when it is closed. */
export const faultRecoveryClauses: readonly Clause[] = [
  faultClause({
    id: "faults.10",
    title: "After a fault the same handle works again within ten seconds",
    async run(context) {
      await Promise.all([
        ...faults.map((fault) => assertSurvives(context, fault.kind, (proxy) => proxy.inflict(fault))),
        assertSurvives(context, "restart", (proxy) => proxy.restart(50)),
        assertWorksOnceThereIsAStore(context),
      ])
    },
  }),
  faultClause({
    id: "faults.11",
    title: "A connection that ends while no call is pending does no harm",
    async run(context) {
      const own = await writeDirectly(context, 5)
      const endings: Readonly<Record<string, (proxy: FaultNetwork) => Promise<void>>> = {
        "after an end": (proxy) => proxy.restart(),
        "after a reset": (proxy) => proxy.inflict({ kind: "reset", afterBytes: 0 }),
      }
      for (const [after, end] of Object.entries(endings)) {
        const { handle, proxy } = await context.openThroughProxy()
        await assertOwnAnswers(handle, own, "must resolve")
        await end(proxy)
        await wait(50)
        await proxy.heal()
        await assertRecovers(handle, context, after)
      }
    },
  }),
  faultClause({
    id: "faults.12",
    title: "close settles during a fault, and so do pending calls",
    uses: ["close"],
    async run(context) {
      await Promise.all(
        faults.map(async (fault) => {
          const handles = await openDuring(context, fault)
          const calls = handles.flatMap((handle) => [...everyCall(handle, context).values()])
          const settled = Promise.allSettled(calls)
          await Promise.all(handles.map((handle) => handle.close()))
          await settled
        }),
      )
    },
  }),
  faultClause({
    id: "faults.13",
    title: "Repeated faults leak no connections, and none is open after close",
    uses: ["close"],
    async run(context) {
      const own = await writeDirectly(context, 50)
      const rounds: readonly (readonly Fault[])[] = [
        [{ kind: "garbage" }, { kind: "garbage" }, { kind: "reset" }, { kind: "garbage" }],
        [{ kind: "silence" }],
      ]
      await Promise.all(
        rounds.map(async (round) => {
          const { handle, proxy } = await context.openThroughProxy()
          await assertOwnAnswers(handle, own, "must resolve")
          const most = proxy.live + 2
          for (const fault of round) {
            await proxy.inflict(fault)
            await Promise.allSettled(everyCall(handle, context).values())
            await proxy.heal()
            await assertRecovers(handle, context, `after ${fault.kind}`)
            await assertHappens(() => proxy.live <= most, `at most ${most} connections are open after ${fault.kind}`)
          }
          await handle.close()
          await assertHappens(() => proxy.live === 0, "no connection is open after close")
        }),
      )
    },
  }),
  faultClause({
    id: "faults.14",
    title: "The backend declares remote, so that Cache operations end in time during a fault",
    async run(context) {
      const { handle, proxy } = await context.openThroughProxy()
      assert.strictEqual(handle.capabilities.remote, true, "capabilities.remote")
      const keyPrefix = context.prefix.replace(":", "")
      const backend = withRecordedKeys(handle, context.cleanUp)
      const before = new Cache(backend, { keyPrefix, operationTimeout: 15 })
      await before.set("value", "a")
      assert.strictEqual(await before.get("value"), "a", "before the fault")
      for (const kind of ["silence", "refuse"] as const) {
        // A cache that has seen the store fail does not call it each time.
        const cache = new Cache(backend, { keyPrefix, operationTimeout: operationLimit / 1000 })
        await proxy.inflict({ kind })
        await Promise.all(
          [
            async () => assert.strictEqual(await cache.get("value", { default: "none" }), "none"),
            async () => assert.deepStrictEqual(await cache.getMany(["value", "other"]), new Map()),
            async () => assert.strictEqual(await cache.has("value"), false),
            async () => assert.strictEqual(await cache.set("value", "b"), undefined),
            async () => assert.strictEqual(await cache.getOrSet("made", () => "made"), "made"),
            () => assertRejects(() => cache.delete("value"), "BackendError"),
            async () => handle.add && assertRejects(() => cache.add("added", "a"), "BackendError"),
            async () => handle.incr && assertRejects(() => cache.incr("counted"), "BackendError"),
          ].map((check) => inTime(check, kind)),
        )
      }
    },
  }),
  faultClause({
    id: "faults.15",
    title: "After an unreadable reply, the next reply is not returned to the wrong call",
    async run(context) {
      const own = await writeDirectly(context, 20)
      const [garbled, next] = [own.keys.slice(0, 10), own.keys.slice(10)]
      const { handle, proxy } = await context.openThroughProxy()
      await assertOwnAnswers(handle, own, "must resolve")
      await proxy.inflict({ kind: "garbage" })
      const restored = assertHappens(() => proxy.garbled > 0, "a reply is garbled").then(() => proxy.heal())
      await Promise.all([
        assertOwnAnswers(handle, { ...own, keys: garbled }, "may reject"),
        restored.then(() => assertOwnAnswers(handle, { ...own, keys: next }, "may reject")),
      ])
    },
  }),
  faultClause({
    id: "faults.16",
    title: "A replaceIfEqual whose reply was lost rejects or returns true",
    uses: ["replaceIfEqual"],
    async run(context) {
      const { backend, values } = context
      const [held, renewed] = [values.text("held"), values.text("renewed")]
      await Promise.all(
        roundTrips.map(async (roundTrip) => {
          const lease = context.key(`lease:${roundTrip}`)
          await backend.set(lease, held)
          const call = (handle: BackendWith<"replaceIfEqual">): Promise<unknown> =>
            handle.replaceIfEqual(lease, held, renewed).catch(() => "rejected")
          const isDone = async (): Promise<boolean> => sameStored(await backend.get(lease), renewed)
          const answer = await callLosingReply(context, roundTrip, call, isDone)
          assert.notStrictEqual(answer, false, "replaceIfEqual of the held value")
        }),
      )
    },
  }),
  faultClause({
    id: "faults.17",
    title: "isRefusal returns false for an error of a call that did not reach the store",
    uses: ["isRefusal"],
    async run(context) {
      await Promise.all(
        unreachable.map(async (fault) => {
          const { handle } = await context.openThroughProxy(fault)
          for (const [method, reason] of await rejectionsOf(everyCall(handle, context))) {
            const what = `isRefusal of what ${method} rejects with during ${fault.kind}: ${String(reason)}`
            assert.strictEqual(handle.isRefusal(reason), false, what)
          }
        }),
      )
    },
  }),
  faultClause({
    id: "faults.18",
    title: "A call that fails during a fault rejects with an Error that has a message",
    async run(context) {
      await Promise.all(
        unreachable.map(async (fault) => {
          const handles = await openDuring(context, fault)
          const rejections = await Promise.all(handles.map((handle) => rejectionsOf(everyCall(handle, context))))
          for (const [method, reason] of rejections.flat()) assertError(reason, `${method} during ${fault.kind}`)
        }),
      )
    },
  }),
]

/** Opens one handle before a fault, uses it, and another one during it. */
async function openDuring<Method extends OptionalMethod>(
  { key, openThroughProxy }: ClauseContext<Method>,
  fault: Fault,
): Promise<readonly BackendWith<Method>[]> {
  const used = await openThroughProxy()
  await used.handle.get(key("value"))
  await used.proxy.inflict(fault)
  const fresh = await openThroughProxy(fault)
  return [used.handle, fresh.handle]
}

/** Rejects unless a handle works again after the fault, and the calls during it settle. */
async function assertSurvives(
  context: ClauseContext,
  name: string,
  inflict: (proxy: FaultNetwork) => Promise<void>,
): Promise<void> {
  const { backend, key, values, openThroughProxy } = context
  await backend.set(key(`before:${name}`), values.text(name))
  const { handle, proxy } = await openThroughProxy()
  await assertHolds(handle, key(`before:${name}`), values.text(name), "before the fault")
  const inflicted = inflict(proxy)
  const settled = Promise.allSettled(everyCall(handle, context).values())
  await inflicted
  await wait(100)
  await proxy.heal()
  await assertRecovers(handle, context, `after ${name}`)
  await assertHolds(handle, key(`before:${name}`), values.text(name), `after ${name}`)
  await settled
}

async function assertWorksOnceThereIsAStore(context: ClauseContext): Promise<void> {
  const { handle, proxy } = await context.openThroughProxy({ kind: "refuse" })
  await Promise.allSettled(everyCall(handle, context).values())
  await proxy.heal()
  await assertRecovers(handle, context, "when there is a store")
}

async function inTime(check: () => Promise<unknown>, kind: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = wakingTimeout(operationLimit + lateness, () => {
      reject(
        new Error(
          `during ${kind}: expected to settle within ${operationLimit} ms, took over ${operationLimit + lateness}`,
        ),
      )
    })
    check()
      .finally(cancel)
      .then(() => resolve(), reject)
  })
}
