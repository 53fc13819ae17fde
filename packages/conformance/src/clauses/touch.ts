import assert from "node:assert/strict"
import { type Clause, clause } from "../clause.js"
import { assertHolds, assertMissing } from "../entry-assertions.js"

/** `touch`. */
export const touchClauses: readonly Clause[] = [
  clause({
    id: "touch.1",
    title: "touch returns true for a live entry and keeps its value",
    uses: ["touch"],
    async run({ backend, key, values, longTtl }) {
      await backend.set(key("value"), values.text("a"))
      // Each twice: a store may report whether the expiry has changed.
      for (const ttl of [longTtl, longTtl, undefined, undefined]) {
        assert.strictEqual(
          await backend.touch(key("value"), ttl),
          true,
          `touch with ${ttl === undefined ? "no ttl" : `a ttl of ${ttl} ms`}`,
        )
      }
      await assertHolds(backend, key("value"), values.text("a"))
    },
  }),
  clause({
    id: "touch.2",
    title: "touch returns false if there is no entry, and creates none",
    uses: ["touch"],
    async run({ backend, key, longTtl }) {
      assert.strictEqual(await backend.touch(key("nobody"), longTtl), false)
      assert.strictEqual(await backend.touch(key("nobody")), false)
      await assertMissing(backend, key("nobody"))
    },
  }),
  clause({
    id: "touch.3",
    title: "touch replaces the expiry, by a later or an earlier one",
    uses: ["touch"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("later"), values.text("a"), shortTtl)
      const touched = await backend.touch(key("later"), longTtl)
      await backend.set(key("earlier"), values.text("b"), longTtl)
      await assertHolds(backend, key("earlier"), values.text("b"), "before the touch")
      await backend.touch(key("earlier"), shortTtl)
      await backend.set(key("given"), values.text("c"))
      await backend.touch(key("given"), shortTtl)
      await expire()
      // On a slow machine the entry may have expired before the touch.
      if (touched) await assertHolds(backend, key("later"), values.text("a"))
      await assertMissing(backend, key("earlier"))
      await assertMissing(backend, key("given"))
    },
  }),
  clause({
    id: "touch.4",
    title: "touch without a ttl removes the expiry",
    uses: ["touch"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("value"), values.text("a"), shortTtl)
      const touched = await backend.touch(key("value"))
      await expire()
      if (touched) await assertHolds(backend, key("value"), values.text("a"))
    },
  }),
  clause({
    id: "touch.5",
    title: "touch returns false for an expired entry and does not revive it",
    uses: ["touch"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("value"), values.text("a"), shortTtl)
      await expire()
      assert.strictEqual(await backend.touch(key("value"), longTtl), false)
      await assertMissing(backend, key("value"))
      assert.strictEqual(await backend.touch(key("value")), false, "touch without a ttl")
      await assertMissing(backend, key("value"))
    },
  }),
]
