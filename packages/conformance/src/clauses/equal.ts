import assert from "node:assert/strict"
import { type Clause, clause, keepsBytes } from "../clause.js"
import { assertHolds, assertMissing } from "../entry-assertions.js"
import { byteTwins, lookAlikes } from "../look-alikes.js"
import { showStored } from "../stored-values.js"

/** `deleteIfEqual`. */
export const equalClauses: readonly Clause[] = [
  clause({
    id: "equal.1",
    title: "deleteIfEqual removes an entry that holds exactly this value and returns true",
    uses: ["deleteIfEqual"],
    async run({ backend, key, values, longTtl }) {
      for (const ttl of [undefined, longTtl]) {
        await backend.set(key("lock"), values.text("owner"), ttl)
        assert.strictEqual(await backend.deleteIfEqual(key("lock"), values.text("owner")), true)
        await assertMissing(backend, key("lock"))
      }
    },
  }),
  clause({
    id: "equal.2",
    title: "deleteIfEqual keeps an entry that holds another value and returns false, however similar",
    uses: ["deleteIfEqual"],
    async run({ backend, key, values }) {
      for (const [held, others] of Object.entries(lookAlikes)) {
        await backend.set(key("lock"), values.text(held))
        for (const other of others) {
          const because = `deleteIfEqual of ${JSON.stringify(held)} by ${JSON.stringify(other)}`
          assert.strictEqual(await backend.deleteIfEqual(key("lock"), values.text(other)), false, because)
          await assertHolds(backend, key("lock"), values.text(held), `after ${because}`)
        }
      }
    },
  }),
  clause({
    id: "equal.3",
    title: "deleteIfEqual returns false if there is no entry",
    uses: ["deleteIfEqual"],
    async run({ backend, key, values }) {
      assert.strictEqual(await backend.deleteIfEqual(key("nobody"), values.text("owner")), false)
      assert.strictEqual(await backend.deleteIfEqual(key("nobody"), values.text("")), false, "an empty value")
    },
  }),
  clause({
    id: "equal.4",
    title: "deleteIfEqual returns false for an expired entry",
    uses: ["deleteIfEqual"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("lock"), values.text("owner"), shortTtl)
      await expire()
      assert.strictEqual(await backend.deleteIfEqual(key("lock"), values.text("owner")), false)
    },
  }),
  clause({
    id: "equal.5",
    title: "deleteIfEqual compares every byte",
    uses: ["deleteIfEqual"],
    needs: keepsBytes,
    async run({ backend, key }) {
      for (const { name, held, almost } of byteTwins()) {
        await backend.set(key(name), held.slice())
        const call = `deleteIfEqual of ${showStored(held)}`
        assert.strictEqual(
          await backend.deleteIfEqual(key(name), almost),
          false,
          `${call}, by one that differs in a bit`,
        )
        await assertHolds(backend, key(name), held)
        assert.strictEqual(await backend.deleteIfEqual(key(name), held), true, `${call}, by itself`)
        await assertMissing(backend, key(name))
      }
    },
  }),
  clause({
    id: "equal.6",
    title: "deleteIfEqual leaves the expiry unchanged if it does not remove",
    uses: ["deleteIfEqual"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("mortal"), values.text("owner"), shortTtl)
      await backend.set(key("immortal"), values.text("owner"))
      await backend.deleteIfEqual(key("mortal"), values.text("another"))
      await backend.deleteIfEqual(key("immortal"), values.text("another"))
      await expire()
      await assertMissing(backend, key("mortal"))
      await assertHolds(backend, key("immortal"), values.text("owner"))
    },
  }),
]
