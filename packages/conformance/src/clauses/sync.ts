import assert from "node:assert/strict"
import { type Clause, clause } from "../clause.js"
import { assertMiss, assertSame } from "../entry-assertions.js"

/** Reading without a promise. */
export const syncClauses: readonly Clause[] = [
  clause({
    id: "sync.1",
    title: "getSync answers what get would: the value that was stored last, and undefined where none is",
    uses: ["getSync"],
    async run({ backend, key, values }) {
      assert.strictEqual(backend.getSync(key("nobody")), undefined)
      await backend.set(key("book"), values.text("The Trial"))
      assertSame(backend.getSync(key("book")), values.text("The Trial"), "first read")
      await backend.set(key("book"), values.text("The Castle"))
      assertSame(backend.getSync(key("book")), values.text("The Castle"), "after another set")
      assertSame(backend.getSync(key("book")), await backend.get(key("book")), "beside get")
      await backend.delete(key("book"))
      assertMiss(backend.getSync(key("book")), "after delete")
    },
  }),
  clause({
    id: "sync.2",
    title: "getSync answers a miss for an expired entry",
    uses: ["getSync"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      await backend.set(key("immortal"), values.text("b"))
      await expire()
      assertMiss(backend.getSync(key("mortal")), "the expired entry")
      assertSame(backend.getSync(key("immortal")), values.text("b"), "the live entry")
    },
  }),
]
