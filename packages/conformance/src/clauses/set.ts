import assert from "node:assert/strict"
import { type Clause, clause, limitedValues } from "../clause.js"
import { assertHolds, assertLeftWhole, assertMissing, assertRefusesTooLarge } from "../entry-assertions.js"

/** `set`. */
export const setClauses: readonly Clause[] = [
  clause({
    id: "set.1",
    title: "set returns undefined, and the same handle can then read the value",
    async run({ backend, key, values, longTtl }) {
      assert.strictEqual(await backend.set(key("plain"), values.text("a")), undefined)
      assert.strictEqual(await backend.set(key("with-ttl"), values.text("b"), longTtl), undefined)
      await assertHolds(backend, key("plain"), values.text("a"))
      await assertHolds(backend, key("with-ttl"), values.text("b"))
    },
  }),
  clause({
    id: "set.2",
    title: "set replaces the whole value, whether longer or shorter",
    async run({ backend, key, values }) {
      await backend.set(key("value"), values.text("a rather long value, to be replaced"))
      await backend.set(key("value"), values.text("short"))
      await assertHolds(backend, key("value"), values.text("short"))
      await backend.set(key("value"), values.text("longer than before"))
      await assertHolds(backend, key("value"), values.text("longer than before"))
    },
  }),
  clause({
    id: "set.3",
    title: "set changes no other entry",
    async run({ backend, key, values }) {
      await backend.set(key("first"), values.text("1"))
      await backend.set(key("second"), values.text("2"))
      await backend.set(key("second"), values.text("3"))
      await assertHolds(backend, key("first"), values.text("1"))
      await assertHolds(backend, key("second"), values.text("3"))
    },
  }),
  clause({
    id: "set.4",
    title: "set without a ttl removes an earlier expiry",
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("value"), values.text("mortal"), shortTtl)
      await backend.set(key("value"), values.text("immortal"))
      await expire()
      await assertHolds(backend, key("value"), values.text("immortal"))
    },
  }),
  clause({
    id: "set.5",
    title: "set with a ttl replaces an earlier expiry, by a later or an earlier one",
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("longer"), values.text("a"), shortTtl)
      await backend.set(key("longer"), values.text("b"), longTtl)
      await backend.set(key("shorter"), values.text("a"), longTtl)
      await backend.set(key("shorter"), values.text("b"), shortTtl)
      await backend.set(key("given"), values.text("a"))
      await backend.set(key("given"), values.text("b"), shortTtl)
      await expire()
      await assertHolds(backend, key("longer"), values.text("b"))
      await assertMissing(backend, key("shorter"))
      await assertMissing(backend, key("given"))
    },
  }),
  clause({
    id: "set.6",
    title: "set rejects a value over maxValueBytes and leaves the old value or none",
    needs: limitedValues,
    async run({ backend, key, values }) {
      await backend.set(key("value"), values.text("old"))
      await assertRefusesTooLarge(backend, (large) => backend.set(key("value"), large))
      await assertLeftWhole(backend, key("value"), values.text("old"))
    },
  }),
]
