import assert from "node:assert/strict"
import { type Clause, clause, sharedStore } from "../clause.js"
import { assertHolds } from "../entry-assertions.js"

/** The beginning and the end of a handle. */
export const lifecycleClauses: readonly Clause[] = [
  clause({
    id: "lifecycle.1",
    title: "many first calls at once on a new handle get their own answers",
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
    title: "close resolves, on a handle that was never used too",
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
    title: "closing twice does nothing more",
    uses: ["close"],
    async run({ key, open }) {
      const handle = await open()
      await handle.get(key("value"))
      await handle.close()
      assert.strictEqual(await handle.close(), undefined, "the second time")
      const other = await open()
      await Promise.all([other.close(), other.close()])
    },
  }),
  clause({
    id: "lifecycle.4",
    title: "closing one handle leaves the others at work, and the entries where they are",
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
    title: "calls that are under way when a handle is closed settle, one way or the other",
    uses: ["close"],
    async run({ key, values, open }) {
      const handle = await open()
      await handle.get(key("value"))
      const calls = Array.from({ length: 20 }, (_, index) => [
        handle.set(key(`late:${index}`), values.text("a"), 60_000),
        handle.get(key(`late:${index}`)),
      ])
      await Promise.all([handle.close(), Promise.allSettled(calls.flat())])
    },
  }),
]
