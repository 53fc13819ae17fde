import assert from "node:assert/strict"
import { type Clause, clause, limitedValues } from "../clause.js"
import { assertHolds, assertMissing, assertRefusesTooLarge } from "../entry-assertions.js"

/** Writing only where nothing is. That only one of many additions wins is `races.1`. */
export const addClauses: readonly Clause[] = [
  clause({
    id: "add.1",
    title: "stores and answers true where no entry is, also after a delete",
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
    title: "answers false where a live entry is, and keeps its value",
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
    title: "where it does not store, it leaves the expiry alone",
    uses: ["add"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("immortal"), values.text("a"))
      await backend.add(key("immortal"), values.text("b"), shortTtl)
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      // On a slow machine the entry may be over by now, and this one stored.
      const stored = await backend.add(key("mortal"), values.text("b"), longTtl)
      await expire()
      await assertHolds(backend, key("immortal"), values.text("a"))
      if (!stored) await assertMissing(backend, key("mortal"))
    },
  }),
  clause({
    id: "add.4",
    title: "its own ttl counts, and without one the entry does not expire",
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
    title: "stores where an entry has expired",
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
    title: "rejects a value over maxValueBytes, and stores nothing",
    uses: ["add"],
    needs: limitedValues,
    async run({ backend, key }) {
      await assertRefusesTooLarge(backend, (large) => backend.add(key("value"), large))
      await assertMissing(backend, key("value"), "after a value was refused")
    },
  }),
]
