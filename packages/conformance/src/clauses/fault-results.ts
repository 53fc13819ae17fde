import assert from "node:assert/strict"
import type { BackendWith, Clause } from "../clause.js"
import { assertHolds, assertSame } from "../entry-assertions.js"
import {
  assertAllReject,
  assertOwnAnswers,
  assertRecovers,
  everyCall,
  faultClause,
  writeDirectly,
} from "../fault-clause.js"
import { callLosingReply, roundTrips } from "../lost-reply.js"
import { numberIn, sameStored } from "../stored-values.js"

/** What calls return during a network fault: the truth, or a rejection. */
export const faultResultsClauses: readonly Clause[] = [
  faultClause({
    id: "faults.1",
    title: "While connections are refused, every call rejects, also on a new handle",
    async run(context) {
      const { backend, key, values, openThroughProxy } = context
      await backend.set(key("value"), values.text("a"))
      const used = await openThroughProxy()
      await assertHolds(used.handle, key("value"), values.text("a"), "before the fault")
      await used.proxy.inflict({ kind: "refuse" })
      await assertAllReject(everyCall(used.handle, context), "on a handle in use")
      const fresh = await openThroughProxy({ kind: "refuse" })
      await assertAllReject(everyCall(fresh.handle, context), "on a new handle")
    },
  }),
  faultClause({
    id: "faults.2",
    title: "While the store is silent, every call rejects eventually, also on a new handle",
    async run(context) {
      const { backend, key, values, openThroughProxy } = context
      await backend.set(key("value"), values.text("a"))
      const used = await openThroughProxy()
      await assertHolds(used.handle, key("value"), values.text("a"), "before the fault")
      await used.proxy.inflict({ kind: "silence" })
      const fresh = await openThroughProxy({ kind: "silence" })
      await Promise.all([
        assertAllReject(everyCall(used.handle, context), "on a handle in use"),
        assertAllReject(everyCall(fresh.handle, context), "on a new handle"),
      ])
    },
  }),
  faultClause({
    id: "faults.3",
    title: "A connection reset within a reply yields no partial result and leaves no call pending",
    async run(context) {
      const { backend, key, values, openThroughProxy } = context
      const own = await writeDirectly(context, 20, 30)
      const [before, after] = [values.text("a".repeat(500)), values.text("b".repeat(900))]
      await backend.set(key("written"), before)
      // Within the header of the first reply, its value, and a later reply.
      for (const afterBytes of [1, 300, 2000]) {
        const { handle, proxy } = await openThroughProxy()
        await assertOwnAnswers(handle, own, "must resolve")
        await proxy.inflict({ kind: "reset", afterBytes })
        const writing = handle.set(key("written"), after).catch(() => {})
        await assertOwnAnswers(handle, own, "may reject")
        await writing
        const written = await backend.get(key("written"))
        if (!sameStored(written, before)) assertSame(written, after, "what was written meanwhile")
      }
    },
  }),
  faultClause({
    id: "faults.4",
    title: "Garbage in place of a reply is an error, never a result",
    async run(context) {
      const { backend, key, values, openThroughProxy } = context
      await backend.set(key("value"), values.text("a"))
      const { handle, proxy } = await openThroughProxy()
      await assertHolds(handle, key("value"), values.text("a"), "before the fault")
      await proxy.inflict({ kind: "garbage" })
      // One at a time, so that each meets the garbage itself.
      await assertAllReject(new Map([["get", handle.get(key("value"))]]), "among garbage")
      await assertAllReject(new Map([["get", handle.get(key("missing"))]]), "among garbage")
      await assertAllReject(new Map([["set", handle.set(key("value"), values.text("b"))]]), "among garbage")
      await assertAllReject(new Map([["delete", handle.delete(key("value"))]]), "among garbage")
      await assertAllReject(everyCall(handle, context), "among garbage")
    },
  }),
  faultClause({
    id: "faults.5",
    title: "Replies that arrive in small pieces are read correctly",
    async run(context) {
      const { key, values, openThroughProxy } = context
      const own = await writeDirectly(context, 3)
      for (const bytes of [1, 7]) {
        const { handle } = await openThroughProxy({ kind: "slice", bytes })
        await assertOwnAnswers(handle, own, "must resolve")
        const text = values.text("\r\nEND\r\n$-1\r\n😀")
        await handle.set(key("sliced"), text)
        await assertHolds(handle, key("sliced"), text)
        assert.strictEqual(await handle.get(key("missing")), undefined)
        assert.strictEqual(await handle.delete(key("sliced")), true)
      }
    },
  }),
  faultClause({
    id: "faults.6",
    title: "Slow replies arrive whole, each at the call that it belongs to",
    async run(context) {
      const { key, values, openThroughProxy } = context
      const own = await writeDirectly(context, 100, 20)
      const { handle } = await openThroughProxy({ kind: "slow", latency: 10, jitter: 40, bytesPerSecond: 2_000_000 })
      const keys = Array.from({ length: 20 }, (_, index) => key(`written:${index}`))
      await Promise.all([
        assertOwnAnswers(handle, own, "must resolve"),
        ...keys.map((name) => handle.set(name, values.text(name))),
      ])
      await assertOwnAnswers(handle, { keys, written: values.text }, "must resolve")
    },
  }),
  faultClause({
    id: "faults.7",
    title: "A reply that arrives after its call timed out is not returned to another call",
    async run(context) {
      const { openThroughProxy } = context
      const own = await writeDirectly(context, 40)
      const [early, late] = [own.keys.slice(0, 20), own.keys.slice(20)]
      const { handle, proxy } = await openThroughProxy()
      await assertOwnAnswers(handle, own, "must resolve")
      await proxy.inflict({ kind: "silence" })
      await assertOwnAnswers(handle, { ...own, keys: early }, "may reject")
      await Promise.all([assertOwnAnswers(handle, { ...own, keys: late }, "may reject"), proxy.heal()])
      await assertRecovers(handle, context, "after the silence")
      await assertOwnAnswers(handle, own, "must resolve")
    },
  }),
  faultClause({
    id: "faults.8",
    title: "An incr whose reply was lost is not sent again",
    uses: ["incr"],
    async run(context) {
      const { backend, values } = context
      await Promise.all(
        roundTrips.map(async (roundTrip) => {
          const count = context.key(`count:${roundTrip}`)
          const counted = async (): Promise<number> => numberIn(backend, await backend.get(count))
          await backend.set(count, values.integer(0))
          const call = (handle: BackendWith<"incr">): Promise<unknown> =>
            Promise.allSettled(Array.from({ length: 10 }, () => handle.incr(count, 1)))
          await callLosingReply(context, roundTrip, call, async () => (await counted()) > 0)
          assert.ok(
            (await counted()) <= 10,
            `the count after 10 increments: expected at most 10, got ${await counted()}`,
          )
        }),
      )
    },
  }),
  faultClause({
    id: "faults.9",
    title: "An add whose reply was lost rejects or returns true",
    uses: ["add"],
    async run(context) {
      const { backend, values } = context
      await Promise.all(
        roundTrips.map(async (roundTrip) => {
          const lock = context.key(`lock:${roundTrip}`)
          const call = (handle: BackendWith<"add">): Promise<unknown> =>
            handle.add(lock, values.text("owner")).catch(() => "rejected")
          const answer = await callLosingReply(
            context,
            roundTrip,
            call,
            async () => (await backend.get(lock)) !== undefined,
          )
          assert.notStrictEqual(answer, false, "add without an entry")
        }),
      )
    },
  }),
]
