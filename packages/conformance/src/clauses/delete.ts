import assert from "node:assert/strict"
import { type Clause, clause } from "../clause.js"
import { assertHolds, assertMissing } from "../entry-assertions.js"

/** `delete`. */
export const deleteClauses: readonly Clause[] = [
  clause({
    id: "delete.1",
    title: "delete returns true if it removed a live entry, which is then a miss",
    async run({ backend, key, values }) {
      await backend.set(key("value"), values.text("a"))
      assert.strictEqual(await backend.delete(key("value")), true)
      await assertMissing(backend, key("value"))
    },
  }),
  clause({
    id: "delete.2",
    title: "delete returns false if there is no entry",
    async run({ backend, key, values }) {
      assert.strictEqual(await backend.delete(key("nobody")), false)
      await backend.set(key("value"), values.text("a"))
      await backend.delete(key("value"))
      assert.strictEqual(await backend.delete(key("value")), false, "delete, the second time")
    },
  }),
  clause({
    id: "delete.3",
    title: "delete removes no other entry",
    async run({ backend, key, values }) {
      await backend.set(key("keep"), values.text("a"))
      await backend.set(key("drop"), values.text("b"))
      await backend.delete(key("drop"))
      await assertHolds(backend, key("keep"), values.text("a"))
    },
  }),
  clause({
    id: "delete.4",
    title: "delete returns false for an expired entry",
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("value"), values.text("a"), shortTtl)
      await expire()
      assert.strictEqual(await backend.delete(key("value")), false)
    },
  }),
]
