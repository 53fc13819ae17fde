import assert from "node:assert/strict"
import { type Clause, clause, sharedStore } from "../clause.js"
import { assertHolds } from "../entry-assertions.js"
import { assertHappens } from "../fault-clause.js"
import { checkHoldingTimers } from "../holding-timers.js"
import { settledAtClose } from "../pending-at-close.js"

/** Milliseconds within which a closed handle must have released everything. */
const soon = 2_000

/** Opening and closing a handle. */
export const lifecycleClauses: readonly Clause[] = [
  clause({
    id: "lifecycle.1",
    title: "Many concurrent first calls on a new handle get their own results",
    async run({ key, values, open }) {
      const handle = await open()
      const names = Array.from({ length: 50 }, (_, index) => key(`first:${index}`))
      await Promise.all(names.map((name) => handle.set(name, values.text(name))))
      await Promise.all(names.map((name) => assertHolds(handle, name, values.text(name))))
      await Promise.all(names.map((name) => handle.delete(name)))
    },
  }),
  clause({
    id: "lifecycle.2",
    title: "close returns undefined, also on a handle that was never used",
    uses: ["close"],
    async run({ key, open }) {
      const unused = await open()
      assert.strictEqual(await unused.close(), undefined)
      const used = await open()
      await used.get(key("value"))
      assert.strictEqual(await used.close(), undefined)
    },
  }),
  clause({
    id: "lifecycle.3",
    title: "close can be called twice, in sequence or concurrently",
    uses: ["close"],
    async run({ key, open }) {
      const handle = await open()
      await handle.get(key("value"))
      await handle.close()
      assert.strictEqual(await handle.close(), undefined, "close, the second time")
      const other = await open()
      await Promise.all([other.close(), other.close()])
    },
  }),
  clause({
    id: "lifecycle.4",
    title: "close leaves other handles working, and the entries in place",
    uses: ["close"],
    needs: sharedStore,
    async run({ key, values, open }) {
      const [one, other] = [await open(), await open()]
      await one.set(key("value"), values.text("a"))
      await assertHolds(other, key("value"), values.text("a"), "before the other handle closed")
      await one.close()
      await assertHolds(other, key("value"), values.text("a"), "after the other handle closed")
      await other.set(key("value"), values.text("b"))
      const third = await open()
      await assertHolds(third, key("value"), values.text("b"), "on a handle opened afterwards")
    },
  }),
  clause({
    id: "lifecycle.5",
    title: "Calls that are pending at close settle",
    uses: ["close"],
    async run(context) {
      await settledAtClose(context)
    },
  }),
  clause({
    id: "lifecycle.6",
    title: "No timer keeps the process running after close, or while idle if there is no close",
    async run({ key, values, longTtl, open }) {
      const work = async () => {
        const handle = await open()
        await handle.set(key("value"), values.text("a"), longTtl)
        await handle.get(key("value"))
        await handle.close?.()
      }
      await checkHoldingTimers(work, (count) =>
        assertHappens(() => count() === 0, "every timer has ended, or is cleared or unreferenced", soon),
      )
    },
  }),
  clause({
    id: "lifecycle.7",
    title: "Closed handles leave no listeners on process",
    async run({ key, open }) {
      const openAndClose = async (): Promise<number> => {
        const handle = await open()
        await handle.get(key("value"))
        await handle.close?.()
        return listenersOfProcess()
      }
      // The first handle may add listeners that all handles share.
      const first = await openAndClose()
      for (let more = 0; more < 3; more += 1) await openAndClose()
      const expected = `as many listeners on \`process\` after four handles as after one, ${first}`
      await assertHappens(() => listenersOfProcess() <= first, expected, soon)
    },
  }),
]

function listenersOfProcess(): number {
  return process.eventNames().reduce((count, event) => count + process.listenerCount(event), 0)
}
