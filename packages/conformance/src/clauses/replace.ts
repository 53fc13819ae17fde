import assert from "node:assert/strict"
import { type Clause, clause, keepsBytes, limitedValues } from "../clause.js"
import { assertHolds, assertMissing } from "../entry-assertions.js"
import { byteTwins, lookAlikes } from "../look-alikes.js"
import { bytesOf, showStored } from "../stored-values.js"

/** `replaceIfEqual`. */
export const replaceClauses: readonly Clause[] = [
  clause({
    id: "replace.1",
    title: "replaceIfEqual replaces exactly the expected value by the whole new one and returns true",
    uses: ["replaceIfEqual"],
    async run({ backend, key, values, longTtl }) {
      const successors = ["other", "a much longer successor", "short"]
      for (const [index, successor] of [...successors, ...successors].entries()) {
        const lease = key(`lease:${index}`)
        const ttl = index < successors.length ? longTtl : undefined
        await backend.set(lease, values.text("former owner"), ttl)
        const replaced = await backend.replaceIfEqual(lease, values.text("former owner"), values.text(successor), ttl)
        assert.strictEqual(replaced, true)
        await assertHolds(backend, lease, values.text(successor))
      }
    },
  }),
  clause({
    id: "replace.2",
    title: "replaceIfEqual keeps an entry that holds another value and returns false, however similar",
    uses: ["replaceIfEqual"],
    async run({ backend, key, values }) {
      for (const [held, others] of Object.entries(lookAlikes)) {
        await backend.set(key("lease"), values.text(held))
        for (const other of others) {
          const because = `replaceIfEqual of ${JSON.stringify(held)} by ${JSON.stringify(other)}`
          const answer = await backend.replaceIfEqual(key("lease"), values.text(other), values.text("new"))
          assert.strictEqual(answer, false, because)
          await assertHolds(backend, key("lease"), values.text(held), `after ${because}`)
        }
      }
      await backend.set(key("lease"), values.text("owner"))
      const itself = await backend.replaceIfEqual(key("lease"), values.text("another"), values.text("owner"))
      assert.strictEqual(itself, false, "replaceIfEqual by the value that the entry already holds")
    },
  }),
  clause({
    id: "replace.3",
    title: "replaceIfEqual leaves the expiry unchanged if it does not replace",
    uses: ["replaceIfEqual"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("mortal"), values.text("owner"), shortTtl)
      await backend.set(key("immortal"), values.text("owner"))
      await backend.replaceIfEqual(key("mortal"), values.text("another"), values.text("owner"), longTtl)
      await backend.replaceIfEqual(key("immortal"), values.text("another"), values.text("owner"), shortTtl)
      await expire()
      await assertMissing(backend, key("mortal"))
      await assertHolds(backend, key("immortal"), values.text("owner"))
    },
  }),
  clause({
    id: "replace.4",
    title: "replaceIfEqual returns false if there is no entry, and creates none",
    uses: ["replaceIfEqual"],
    async run({ backend, key, values }) {
      for (const expected of ["owner", ""]) {
        const answer = await backend.replaceIfEqual(key("nobody"), values.text(expected), values.text("new"))
        assert.strictEqual(answer, false, JSON.stringify(expected))
        await assertMissing(backend, key("nobody"))
      }
    },
  }),
  clause({
    id: "replace.5",
    title: "replaceIfEqual replaces the expiry, by a later or an earlier one",
    uses: ["replaceIfEqual"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      const replace = (name: string, ttl: number) =>
        backend.replaceIfEqual(key(name), values.text("owner"), values.text("successor"), ttl)
      await backend.set(key("later"), values.text("owner"), shortTtl)
      const replaced = await replace("later", longTtl)
      await backend.set(key("earlier"), values.text("owner"), longTtl)
      await replace("earlier", shortTtl)
      await backend.set(key("given"), values.text("owner"))
      await replace("given", shortTtl)
      await expire()
      // On a slow machine the entry may have expired before it was replaced.
      if (replaced) await assertHolds(backend, key("later"), values.text("successor"))
      await assertMissing(backend, key("earlier"))
      await assertMissing(backend, key("given"))
    },
  }),
  clause({
    id: "replace.6",
    title: "replaceIfEqual without a ttl removes the expiry",
    uses: ["replaceIfEqual"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("lease"), values.text("owner"), shortTtl)
      const replaced = await backend.replaceIfEqual(key("lease"), values.text("owner"), values.text("value"))
      await expire()
      if (replaced) await assertHolds(backend, key("lease"), values.text("value"))
    },
  }),
  clause({
    id: "replace.7",
    title: "replaceIfEqual returns false for an expired entry and does not revive it",
    uses: ["replaceIfEqual"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("lease"), values.text("owner"), shortTtl)
      await expire()
      for (const ttl of [longTtl, undefined]) {
        const answer = await backend.replaceIfEqual(key("lease"), values.text("owner"), values.text("owner"), ttl)
        assert.strictEqual(answer, false, `with a ttl of ${ttl}`)
        await assertMissing(backend, key("lease"))
      }
    },
  }),
  clause({
    id: "replace.8",
    title: "replaceIfEqual replaces a value by itself, sets the new expiry and returns true",
    uses: ["replaceIfEqual"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      const renew = (name: string, ttl?: number) =>
        backend.replaceIfEqual(key(name), values.text("owner"), values.text("owner"), ttl)
      // Some within one tick of the store's clock, so that nothing about the entry changes.
      for (const ttl of [longTtl, undefined]) {
        await backend.set(key("kept"), values.text("owner"), ttl)
        for (let time = 1; time <= 5; time += 1) assert.strictEqual(await renew("kept", ttl), true, `renewal ${time}`)
      }
      await backend.set(key("longer"), values.text("owner"), shortTtl)
      const renewed = await renew("longer", longTtl)
      await backend.set(key("shorter"), values.text("owner"), longTtl)
      assert.strictEqual(await renew("shorter", shortTtl), true)
      await expire()
      await assertHolds(backend, key("kept"), values.text("owner"))
      if (renewed) await assertHolds(backend, key("longer"), values.text("owner"))
      await assertMissing(backend, key("shorter"))
    },
  }),
  clause({
    id: "replace.9",
    title: "replaceIfEqual changes no other entry",
    uses: ["replaceIfEqual"],
    async run({ backend, key, values }) {
      const names = ["lease", "lease:1", "leas", "other"]
      await Promise.all(names.map((name) => backend.set(key(name), values.text("owner"))))
      assert.strictEqual(await backend.replaceIfEqual(key("lease"), values.text("owner"), values.text("new")), true)
      for (const name of names.slice(1)) await assertHolds(backend, key(name), values.text("owner"))
    },
  }),
  clause({
    id: "replace.10",
    title: "replaceIfEqual compares and stores every byte",
    uses: ["replaceIfEqual"],
    needs: keepsBytes,
    async run({ backend, key }) {
      const all = Uint8Array.from({ length: 256 }, (_, index) => 255 - index)
      for (const { name, held, almost } of byteTwins()) {
        await backend.set(key(name), held.slice())
        const call = `replaceIfEqual of ${showStored(held)}`
        const early = await backend.replaceIfEqual(key(name), almost, bytesOf("new"))
        assert.strictEqual(early, false, `${call}, expecting one that differs in a bit`)
        assert.strictEqual(
          await backend.replaceIfEqual(key(name), held, all.slice()),
          true,
          `${call}, expecting itself`,
        )
        const back = await backend.replaceIfEqual(key(name), all.slice(), held.slice())
        assert.strictEqual(back, true, `replaceIfEqual of all byte values by ${showStored(held)}`)
        await assertHolds(backend, key(name), held)
      }
    },
  }),
  clause({
    id: "replace.11",
    title: "replaceIfEqual rejects a value over maxValueBytes and keeps the entry",
    uses: ["replaceIfEqual"],
    needs: limitedValues,
    async run({ backend, key, values }) {
      const { maxValueBytes = 0 } = backend.capabilities
      await backend.set(key("lease"), values.text("owner"))
      const tooLarge = new Uint8Array(maxValueBytes + 1)
      await assert.rejects(async () => backend.replaceIfEqual(key("lease"), values.text("owner"), tooLarge))
      await assertHolds(backend, key("lease"), values.text("owner"))
    },
  }),
]
