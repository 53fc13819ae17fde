import assert from "node:assert/strict"
import { type Clause, clause } from "../clause.js"
import { assertHolds } from "../entry-assertions.js"
import { listed } from "../listed.js"
import { globTraps, likeTraps } from "../prefix-traps.js"
import { many, writeMany } from "../write-many.js"

/** `keys`. */
export const iterateClauses: readonly Clause[] = [
  clause({
    id: "iterate.1",
    title: "keys yields the whole key of each live entry that starts with the prefix",
    uses: ["keys"],
    async run({ backend, key, values, prefix, longTtl }) {
      const none: object = backend.keys(prefix)
      assert.ok(Symbol.asyncIterator in none, "keys() must return an async iterable, as an async generator does")
      assert.deepStrictEqual(await listed(backend.keys(prefix)), [])
      const names = [
        "mine:a",
        "mine:b:c",
        "mine:",
        "mine:~",
        "mine:\u00ff",
        "mine:清",
        "mine:\uffff",
        "mine:😀",
        "mine:\u{10ffff}",
      ].map(key)
      for (const name of names) await backend.set(name, values.text("a"))
      await backend.set(names[0] ?? "", values.text("b"), longTtl)
      const found = new Set(await listed(backend.keys(`${prefix}mine:`)))
      assert.deepStrictEqual(found, new Set(names))
      await backend.delete(key("mine:a"))
      assert.ok(!(await listed(backend.keys(`${prefix}mine:`))).includes(key("mine:a")), "a removed key was yielded")
    },
  }),
  clause({
    id: "iterate.2",
    title: "keys yields no other key: the prefix is matched literally",
    uses: ["keys"],
    async run({ backend, key, values, prefix }) {
      const starts = ["app:", "\u00e9:", ...globTraps.prefixes, ...likeTraps.prefixes]
      const plain = ["apple", "app", "App:", "APP:1", "app;", "e\u0301:", "xapp:", `b:${prefix}app:`]
      const names = new Set([...starts, ...plain, ...globTraps.bystanders, ...likeTraps.bystanders])
      await writeMany(backend, [...names].map(key), () => values.text("a"))
      for (const start of starts) {
        const own = [...names].filter((name) => name.startsWith(start)).map(key)
        const found = await listed(backend.keys(prefix + start))
        assert.deepStrictEqual(new Set(found), new Set(own), `keys that start with ${JSON.stringify(start)}`)
      }
    },
  }),
  clause({
    id: "iterate.3",
    title: "keys yields no expired key",
    uses: ["keys"],
    timed: "entries",
    async run({ backend, key, values, prefix, shortTtl, expire }) {
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      await backend.set(key("immortal"), values.text("b"))
      await expire()
      const found = await listed(backend.keys(prefix))
      assert.ok(!found.includes(key("mortal")), "an expired key was yielded")
      assert.ok(found.includes(key("immortal")), "a live key was not yielded")
    },
  }),
  clause({
    id: "iterate.4",
    title: `keys yields each of ${many} keys exactly once`,
    uses: ["keys"],
    async run({ backend, key, values, prefix }) {
      const names = Array.from({ length: many }, (_, index) => key(`many:${index}`))
      await writeMany(backend, names, () => values.text("a"))
      const found = await listed(backend.keys(`${prefix}many:`))
      assert.strictEqual(found.length, many, "number of keys")
      assert.deepStrictEqual(found.toSorted(), names.toSorted())
    },
  }),
  clause({
    id: "iterate.5",
    title: "keys skips no key if others are removed meanwhile, also by its own caller",
    uses: ["keys"],
    async run({ backend, key, values, prefix }) {
      const names = Array.from({ length: 300 }, (_, index) => key(`gone:${index}`))
      await writeMany(backend, names, () => values.text("a"))
      const found: string[] = []
      for await (const name of backend.keys(`${prefix}gone:`)) {
        found.push(name)
        await backend.delete(name)
      }
      assert.deepStrictEqual(new Set(found), new Set(names))
    },
  }),
  clause({
    id: "iterate.6",
    title: "keys can be abandoned halfway, and run twice concurrently",
    uses: ["keys"],
    async run({ backend, key, values, prefix }) {
      const names = Array.from({ length: 20 }, (_, index) => key(`half:${index}`))
      await writeMany(backend, names, () => values.text("a"))
      for await (const name of backend.keys(`${prefix}half:`)) {
        assert.ok(names.includes(name))
        break
      }
      const [first, second] = await Promise.all([
        listed(backend.keys(`${prefix}half:`)),
        listed(backend.keys(`${prefix}half:`)),
      ])
      assert.deepStrictEqual(first.toSorted(), names.toSorted(), "the first")
      assert.deepStrictEqual(second.toSorted(), names.toSorted(), "the second")
      await assertHolds(backend, key("half:0"), values.text("a"))
    },
  }),
  clause({
    id: "iterate.7",
    title: "keys yields each key as it was written, whatever its characters",
    uses: ["keys"],
    async run({ backend, key, values, prefix }) {
      const names = [
        "a/b",
        "a\\b",
        "../a",
        "a.b",
        "a.",
        "a%2fb",
        "a%",
        "a+b",
        "a,b",
        "a'b",
        'a"b',
        "a_b",
        "A",
        "é",
        "e\u0301",
        "😀",
      ]
      const spaced = backend.capabilities.portableKeysOnly ? [] : [" a", "a ", "a\nb", "a\0b"]
      const keys = [...names, ...spaced].map(key)
      for (const name of keys) await backend.set(name, values.text("a"))
      assert.deepStrictEqual((await listed(backend.keys(prefix))).toSorted(), keys.toSorted())
    },
  }),
]
