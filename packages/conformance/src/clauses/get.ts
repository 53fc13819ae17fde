import assert from "node:assert/strict"
import { type Clause, clause } from "../clause.js"
import { assertHolds } from "../entry-assertions.js"

/** `get`. */
export const getClauses: readonly Clause[] = [
  clause({
    id: "get.1",
    title: "get returns undefined for a key that was never written",
    async run({ backend, key }) {
      assert.strictEqual(await backend.get(key("nobody")), undefined)
    },
  }),
  clause({
    id: "get.2",
    title: "get returns the stored value, every time",
    async run({ backend, key, values }) {
      await backend.set(key("book"), values.text("The Trial"))
      await assertHolds(backend, key("book"), values.text("The Trial"), "first read")
      await assertHolds(backend, key("book"), values.text("The Trial"), "second read")
    },
  }),
]
