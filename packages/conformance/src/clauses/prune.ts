import assert from "node:assert/strict"
import { type Clause, clause } from "../clause.js"
import { assertHolds, assertMissing } from "../entry-assertions.js"
import { writeMany } from "../write-many.js"

/** `prune`. */
export const pruneClauses: readonly Clause[] = [
  clause({
    id: "prune.1",
    title: "prune drops expired entries, keeps live ones, and returns how many it dropped",
    uses: ["prune"],
    timed: "upkeep",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      await backend.set(key("long"), values.text("b"), longTtl)
      await backend.set(key("immortal"), values.text("c"))
      await expire()
      const dropped = await backend.prune()
      assert.ok(
        Number.isSafeInteger(dropped) && dropped >= 0,
        `prune: expected a non-negative integer, got ${String(dropped)}`,
      )
      // The first count cannot be checked: expired entries may have been dropped before. But few expire between two calls.
      const live = Array.from({ length: 200 }, (_, index) => key(`live:${index}`))
      await writeMany(backend, live, () => values.text("d"), longTtl)
      const again = await backend.prune()
      assert.ok(
        again < live.length,
        `prune returned ${again} right after another prune: expected live entries not to be dropped`,
      )
      await assertMissing(backend, key("mortal"))
      await assertHolds(backend, key("long"), values.text("b"))
      await assertHolds(backend, key("immortal"), values.text("c"))
    },
  }),
  clause({
    id: "prune.2",
    title: "prune keeps a new entry written over an expired one meanwhile",
    uses: ["prune"],
    timed: "upkeep",
    async run({ backend, key, values, shortTtl, expire, peer }) {
      const pruner = backend.capabilities.shared ? await peer(0) : backend
      const keys = Array.from({ length: 60 }, (_, index) => key(`race:${index}`))
      await Promise.all(keys.map((name) => backend.set(name, values.text("old"), shortTtl)))
      await expire()
      const writeSome = (some: number) =>
        keys.filter((_, index) => index % 3 === some).map((name) => backend.set(name, values.text("fresh")))
      await Promise.all([...writeSome(0), pruner.prune(), ...writeSome(1), pruner.prune(), ...writeSome(2)])
      for (const name of keys) await assertHolds(backend, name, values.text("fresh"))
    },
  }),
]
