import assert from "node:assert/strict"
import { type Clause, clause, limitedValues } from "../clause.js"
import { assertHolds, assertMissing, assertRefusesTooLarge } from "../entry-assertions.js"

/** `add`. That only one of many concurrent calls stores is `races.1`. */
export const addClauses: readonly Clause[] = [
  clause({
    id: "add.1",
    title: "add stores the value and returns true if there is no entry, also after a delete",
    uses: ["add"],
    async run({ backend, key, values, longTtl }) {
      assert.strictEqual(await backend.add(key("value"), values.text("a")), true)
      await assertHolds(backend, key("value"), values.text("a"))
      await backend.delete(key("value"))
      assert.strictEqual(await backend.add(key("value"), values.text("b"), longTtl), true)
      await assertHolds(backend, key("value"), values.text("b"))
    },
  }),
  clause({
    id: "add.2",
    title: "add returns false if there is a live entry, and keeps its value",
    uses: ["add"],
    async run({ backend, key, values, longTtl }) {
      await backend.set(key("value"), values.text("a"))
      assert.strictEqual(await backend.add(key("value"), values.text("b")), false)
      assert.strictEqual(await backend.add(key("value"), values.text("c"), longTtl), false)
      await assertHolds(backend, key("value"), values.text("a"))
    },
  }),
  clause({
    id: "add.3",
    title: "add leaves the expiry unchanged if it does not store",
    uses: ["add"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("immortal"), values.text("a"))
      await backend.add(key("immortal"), values.text("b"), shortTtl)
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      // On a slow machine the entry may have expired by now, so that this call stores.
      const stored = await backend.add(key("mortal"), values.text("b"), longTtl)
      await expire()
      await assertHolds(backend, key("immortal"), values.text("a"))
      if (!stored) await assertMissing(backend, key("mortal"))
    },
  }),
  clause({
    id: "add.4",
    title: "add sets the given ttl if it stores, and no expiry without one",
    uses: ["add"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.add(key("mortal"), values.text("a"), shortTtl)
      await backend.add(key("immortal"), values.text("b"))
      await expire()
      await assertMissing(backend, key("mortal"))
      await assertHolds(backend, key("immortal"), values.text("b"))
    },
  }),
  clause({
    id: "add.5",
    title: "add stores if the entry has expired",
    uses: ["add"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("value"), values.text("old"), shortTtl)
      await expire()
      assert.strictEqual(await backend.add(key("value"), values.text("new"), longTtl), true)
      await assertHolds(backend, key("value"), values.text("new"))
    },
  }),
  clause({
    id: "add.6",
    title: "add rejects a value over maxValueBytes and stores nothing",
    uses: ["add"],
    needs: limitedValues,
    async run({ backend, key }) {
      await assertRefusesTooLarge(backend, (large) => backend.add(key("value"), large))
      await assertMissing(backend, key("value"), "after a value was rejected")
    },
  }),
]
