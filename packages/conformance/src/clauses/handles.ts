import assert from "node:assert/strict"
import type { Backend } from "@larder/core"
import { type Clause, clause, sharedStore } from "../clause.js"
import { assertHappens } from "../fault-clause.js"
import { sameStored, showStored } from "../stored-values.js"

/** Milliseconds within which a handle must see the changes of another. */
const word = 1_000

/** Rejects unless the handle soon reads this value, or a miss if `expected` is `undefined`. */
async function assertSees(handle: Backend<unknown>, key: string, expected: unknown, change: string): Promise<void> {
  let seen: unknown
  const isSeen = async (): Promise<boolean> => {
    seen = (await handle.get(key)) ?? undefined
    return sameStored(seen, expected)
  }
  await assertHappens(isSeen, change, word).catch(() =>
    assert.fail(`another handle, ${change}: expected ${showStored(expected)}, got ${showStored(seen)}`),
  )
}

/** Two handles on one store. */
export const handlesClauses: readonly Clause[] = [
  clause({
    id: "handles.1",
    title: "A handle sees what another one writes, replaces and removes",
    needs: sharedStore,
    async run({ backend, key, values, longTtl, peer }) {
      const other = await peer(0)
      await assertSees(other, key("entry"), undefined, "before anything is written")
      await backend.set(key("entry"), values.text("a"), longTtl)
      await assertSees(other, key("entry"), values.text("a"), "after a set of a key that it had read as a miss")
      await backend.set(key("entry"), values.text("b"), longTtl)
      await assertSees(other, key("entry"), values.text("b"), "after a set of a key that it had read")
      await other.set(key("entry"), values.text("c"))
      await assertSees(backend, key("entry"), values.text("c"), "after a set of a key that it had written")
      await backend.delete(key("entry"))
      await assertSees(other, key("entry"), undefined, "after a delete of a key that it had written")
    },
  }),
  clause({
    id: "handles.2",
    title: "A handle sees what another one clears, and can write it again",
    uses: ["clear"],
    needs: sharedStore,
    async run({ backend, key, prefix, values, peer }) {
      const other = await peer(0)
      for (const name of ["mine:1", "mine:2", "theirs"]) await backend.set(key(name), values.text("a"))
      await assertSees(other, key("mine:1"), values.text("a"), "before the clear")
      await backend.clear(`${prefix}mine:`)
      await assertSees(other, key("mine:1"), undefined, "after a clear of an entry that it had read")
      await assertSees(other, key("mine:2"), undefined, "after a clear of an entry that it had not read")
      await assertSees(other, key("theirs"), values.text("a"), "after a clear of other entries")
      await other.set(key("mine:1"), values.text("b"))
      await assertSees(backend, key("mine:1"), values.text("b"), "after a set of a key that it had cleared")
    },
  }),
]
