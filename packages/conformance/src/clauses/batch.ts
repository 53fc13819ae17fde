import assert from "node:assert/strict"
import { type Clause, type ClauseContext, clause, limitedValues, type OptionalMethod } from "../clause.js"
import {
  assertHolds,
  assertLeftWhole,
  assertMiss,
  assertMissing,
  assertRefusesTooLarge,
  assertSame,
} from "../entry-assertions.js"
import { many, writeMany } from "../write-many.js"

/** Names that a list, query or statement could take for several, or for each other. */
const listLikes = [
  ...["a", "A", "b", "a,b", "b,a", "a;b", "a|b", "a&b", "a=b", "k=a&k=b", "a+b", "a%2cb", "a%20b"],
  ...["a'b", 'a"b', "a','b", "a`b", "a\\b", "[a]", '["a"]', "(a)", "?1", "$1", ":a", "é", "e\u0301", "清"],
]

function numberedKeys<Method extends OptionalMethod>({ key }: ClauseContext<Method>, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => key(`n${index}`))
}

/** `getMany`, `setMany` and `deleteMany`. */
export const batchClauses: readonly Clause[] = [
  clause({
    id: "batch.1",
    title: "getMany returns one value per key, in the order of the keys, as get would",
    uses: ["getMany"],
    async run({ backend, key, values }) {
      const names = ["b", "missing-1", "d", "a", "missing-2", "c"]
      for (const name of ["a", "b", "c", "d"]) await backend.set(key(name), values.text(name))
      const answers = await backend.getMany(Object.freeze(names.map(key)))
      assert.strictEqual(answers.length, names.length, "values returned")
      for (const [index, name] of names.entries()) {
        if (name.startsWith("missing")) assertMiss(answers[index], name)
        else assertSame(answers[index], values.text(name), name)
      }
      const [alone] = await backend.getMany(Object.freeze([key("c")]))
      assertSame(alone, values.text("c"), "one key")
    },
  }),
  clause({
    id: "batch.2",
    title: "getMany returns undefined for a miss, also if all keys are misses",
    uses: ["getMany"],
    async run({ backend, key, values }) {
      await backend.set(key("b-there"), values.text("a"))
      const answers = await backend.getMany([key("a-nobody"), key("b-there"), key("c-none")])
      assert.strictEqual(answers[0], undefined)
      assert.strictEqual(answers[2], undefined)
      const misses = await backend.getMany([key("a-nobody"), key("c-none")])
      assert.deepStrictEqual([...misses], [undefined, undefined], "only misses")
    },
  }),
  clause({
    id: "batch.3",
    title: "getMany returns undefined for an expired entry",
    uses: ["getMany"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      await backend.set(key("immortal"), values.text("b"))
      await expire()
      const answers = await backend.getMany([key("immortal"), key("mortal")])
      assert.strictEqual(answers.length, 2, "values returned for a live and an expired entry")
      assertSame(answers[0], values.text("b"), "the live entry")
      assertMiss(answers[1], "the expired entry")
    },
  }),
  clause({
    id: "batch.4",
    title: "setMany stores every entry, also over old ones, and returns undefined",
    uses: ["setMany"],
    async run({ backend, key, values, longTtl }) {
      await backend.set(key("a"), values.text("old and longer than the new one"))
      const entries = ["a", "b", "c"].map((name) => ({ key: key(name), value: values.text(name) }))
      assert.strictEqual(await backend.setMany(Object.freeze(entries)), undefined)
      for (const name of ["a", "b", "c"]) await assertHolds(backend, key(name), values.text(name))
      const again = ["c", "d"].map((name) => ({ key: key(name), value: values.text(`${name} again`) }))
      assert.strictEqual(await backend.setMany(Object.freeze(again), longTtl), undefined)
      await assertHolds(backend, key("b"), values.text("b"))
      for (const name of ["c", "d"]) await assertHolds(backend, key(name), values.text(`${name} again`))
    },
  }),
  clause({
    id: "batch.5",
    title: "setMany applies its ttl to every entry",
    uses: ["setMany"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("b"), values.text("old"))
      const entries = ["a", "b", "c"].map((name) => ({ key: key(name), value: values.text(name) }))
      await backend.setMany(entries, shortTtl)
      await expire()
      for (const { key } of entries) await assertMissing(backend, key)
    },
  }),
  clause({
    id: "batch.6",
    title: "setMany without a ttl removes earlier expiries",
    uses: ["setMany"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("a"), values.text("old"), shortTtl)
      const entries = ["a", "b"].map((name) => ({ key: key(name), value: values.text(name) }))
      await backend.setMany(entries)
      await expire()
      for (const name of ["a", "b"]) await assertHolds(backend, key(name), values.text(name))
    },
  }),
  clause({
    id: "batch.7",
    title: "deleteMany removes the given entries and no other, and returns how many existed",
    uses: ["deleteMany"],
    async run({ backend, key, values }) {
      for (const name of ["a", "b", "c", "d"]) await backend.set(key(name), values.text(name))
      assert.strictEqual(await backend.deleteMany(Object.freeze([key("a"), key("missing"), key("c")])), 2)
      await assertMissing(backend, key("a"))
      await assertMissing(backend, key("c"))
      await assertHolds(backend, key("b"), values.text("b"))
      await assertHolds(backend, key("d"), values.text("d"))
      assert.strictEqual(await backend.deleteMany(Object.freeze([key("a"), key("missing")])), 0)
    },
  }),
  clause({
    id: "batch.8",
    title: "deleteMany does not count an expired entry",
    uses: ["deleteMany"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      await backend.set(key("immortal"), values.text("b"))
      await expire()
      assert.strictEqual(await backend.deleteMany([key("mortal"), key("immortal")]), 1)
    },
  }),
  clause({
    id: "batch.9",
    title: `getMany accepts ${many} keys`,
    uses: ["getMany"],
    async run(context) {
      const { backend, values } = context
      const keys = numberedKeys(context, many)
      await writeMany(backend, keys, (_key, index) => values.integer(index))
      const answers = await backend.getMany(keys)
      assert.strictEqual(answers.length, keys.length, "values returned")
      for (const [index, key] of keys.entries()) assertSame(answers[index], values.integer(index), key)
    },
  }),
  clause({
    id: "batch.10",
    title: `setMany accepts ${many} entries`,
    uses: ["setMany"],
    async run(context) {
      const { backend, values } = context
      const keys = numberedKeys(context, many)
      await backend.setMany(keys.map((key, index) => ({ key, value: values.integer(index) })))
      await Promise.all(keys.map((key, index) => assertHolds(backend, key, values.integer(index))))
    },
  }),
  clause({
    id: "batch.11",
    title: `deleteMany accepts ${many} keys`,
    uses: ["deleteMany"],
    async run(context) {
      const { backend, values } = context
      const keys = numberedKeys(context, many)
      await writeMany(backend, keys, (_key, index) => values.integer(index))
      assert.strictEqual(await backend.deleteMany(keys), many)
      await Promise.all(keys.map((key) => assertMissing(backend, key)))
    },
  }),
  clause({
    id: "batch.12",
    title: "In a batch, no separator, quote, space or escape in a key has a meaning",
    needs: ({ getMany, setMany, deleteMany }) =>
      (getMany ?? setMany ?? deleteMany) === undefined ? "has no getMany(), setMany(), deleteMany()" : undefined,
    async run({ backend, key, values }) {
      const names = [...listLikes, ...(backend.capabilities.portableKeysOnly ? [] : ["a b", "a\nb", "a\r\nb", "a\tb"])]
      const entries = names.map((name) => ({ key: key(name), value: values.text(name) }))
      const keys = entries.map((entry) => entry.key)
      if (backend.setMany === undefined) await writeMany(backend, keys, (_key, index) => entries[index]?.value)
      else await backend.setMany(entries)
      for (const [index, name] of names.entries()) {
        await assertHolds(backend, key(name), entries[index]?.value, `${JSON.stringify(name)}, written in a batch`)
      }
      const answers = (await backend.getMany?.(keys)) ?? []
      for (const [index, answer] of answers.entries()) {
        assertSame(answer, entries[index]?.value, `${JSON.stringify(names[index])}, read in a batch`)
      }
      const [removed, kept] = [names.filter((_, index) => index % 2 === 0), names.filter((_, index) => index % 2 === 1)]
      const count = await backend.deleteMany?.(removed.map(key))
      if (count === undefined) return
      assert.strictEqual(count, removed.length, "count returned by deleteMany")
      for (const name of removed) await assertMissing(backend, key(name), `${JSON.stringify(name)}, removed in a batch`)
      for (const name of kept) await assertHolds(backend, key(name), values.text(name), `${JSON.stringify(name)}, kept`)
    },
  }),
  clause({
    id: "batch.13",
    title: "setMany rejects if a value is over maxValueBytes, and leaves its old value or none",
    uses: ["setMany"],
    needs: limitedValues,
    async run({ backend, key, values }) {
      await backend.set(key("large"), values.text("old"))
      await assertRefusesTooLarge(backend, (large) =>
        backend.setMany([
          { key: key("small"), value: values.text("a") },
          { key: key("large"), value: large },
        ]),
      )
      await assertLeftWhole(backend, key("large"), values.text("old"))
    },
  }),
]
