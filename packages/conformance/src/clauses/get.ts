import assert from "node:assert/strict"
import { changesBy } from "../changes.js"
import { type Clause, clause } from "../clause.js"
import { assertHolds, assertSame } from "../entry-assertions.js"

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
  clause({
    id: "get.3",
    title: "get sees every change that any method of its handle makes, whatever it has returned before",
    async run({ backend, key, values }) {
      for (const { method, before, make, after } of changesBy(backend, values)) {
        if (before !== undefined) await backend.set(key(method), before)
        await backend.get(key(method))
        await make(key(method))
        const found = (await backend.get(key(method))) ?? undefined
        assertSame(found, after, `get before ${method} and again after it`)
      }
    },
  }),
]
