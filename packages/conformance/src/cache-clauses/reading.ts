import assert from "node:assert/strict"
import { assertRejects, type CacheClause, cacheClause, refusesFunctions } from "../cache-clause.js"
import { listed } from "../listed.js"

const falsy = { null: null, zero: 0, empty: "", false: false, list: [], object: {} }

function richValue(): unknown {
  return {
    text: "naïve 清 😀",
    numbers: [0.1, -0, Number.NaN, Number.NEGATIVE_INFINITY, Number.MAX_SAFE_INTEGER, 2n ** 70n],
    date: new Date("1790-01-08T12:00:00.000Z"),
    map: new Map<unknown, unknown>([["key", { nested: new Set([1, "1", null]) }]]),
    pattern: /a+/gi,
    url: new URL("https://example.org/?q=1"),
    bytes: Uint8Array.from([0, 1, 255]),
    missing: undefined,
    none: null,
  }
}

/** `Cache`: reading and values. */
export const readingClauses: readonly CacheClause[] = [
  cacheClause({
    id: "cache.get.1",
    title: "get returns undefined for a miss, or the default",
    async run({ cache }) {
      assert.strictEqual(await cache.get("nobody"), undefined)
      assert.strictEqual(await cache.get("nobody", { default: "bang" }), "bang")
      assert.strictEqual(await cache.has("nobody"), false)
    },
  }),
  cacheClause({
    id: "cache.get.2",
    title: 'null, 0, "", false and empty containers are values, not misses',
    async run({ cache }) {
      for (const [key, value] of Object.entries(falsy)) {
        await cache.set(key, value)
        assert.deepStrictEqual(await cache.get(key, { default: "bang" }), value)
        assert.strictEqual(await cache.has(key), true, key)
      }
    },
  }),
  cacheClause({
    id: "cache.values.1",
    title: "Strings, numbers, booleans and plain objects are returned equal",
    async run({ cache }) {
      const plain = { title: "State of the Union", year: 1790, tags: ["a", "b"], author: { name: "清" } }
      for (const value of ["text", 42, -1, 1.5, true, "42", "null", plain, "x".repeat(5_000)]) {
        await cache.set("value", value)
        assert.deepStrictEqual(await cache.get("value"), value)
      }
    },
  }),
  cacheClause({
    id: "cache.values.2",
    title: "Rich values are returned equal: dates, maps, sets, bytes, undefined inside",
    async run({ cache }) {
      await cache.set("rich", richValue())
      assert.deepStrictEqual(await cache.get("rich"), richValue())
      assert.deepStrictEqual(await cache.get("rich"), richValue(), "read again")
    },
  }),
  cacheClause({
    id: "cache.values.3",
    title: "undefined is rejected with a TypeError, and the old entry stays",
    async run({ cache }) {
      await cache.set("value", "old")
      await assertRejects(() => cache.set("value", undefined), "TypeError")
      assert.strictEqual(await cache.get("value"), "old")
    },
  }),
  cacheClause({
    id: "cache.values.4",
    title: "A value that cannot be encoded is rejected with a SerializationError, and the old entry stays",
    needs: refusesFunctions,
    async run({ cache }) {
      await cache.setMany({ value: "old", other: "old" })
      for (const value of [() => {}, Symbol("a"), { deep: [() => {}] }, Promise.resolve(1)]) {
        await assertRejects(() => cache.set("value", value), "SerializationError")
        await assertRejects(() => cache.setMany({ other: "new", value }), "SerializationError")
      }
      assert.deepStrictEqual(
        await cache.getMany(["value", "other"]),
        new Map([
          ["value", "old"],
          ["other", "old"],
        ]),
      )
    },
  }),
  cacheClause({
    id: "cache.many.1",
    title: "getMany returns a Map of the hits, by the caller's keys, in their order",
    async run({ cache }) {
      await cache.setMany({ a: 1, b: null, c: "", d: [4] })
      const keys = ["d", "missing", "a", "b", "c"]
      const expected = [
        ["d", [4]],
        ["a", 1],
        ["b", null],
        ["c", ""],
      ]
      assert.deepStrictEqual([...(await cache.getMany(keys))], expected)
      assert.deepStrictEqual([...(await cache.getMany(new Set(keys)))], expected, "from any iterable")
      assert.deepStrictEqual(await cache.getMany([]), new Map())
      assert.deepStrictEqual(await cache.getMany(["missing"]), new Map())
    },
  }),
  cacheClause({
    id: "cache.many.2",
    title: "setMany takes a record or entries and returns [], and deleteMany returns how many existed",
    async run({ cache }) {
      assert.deepStrictEqual(await cache.setMany({ a: 1, b: 2 }), [])
      assert.deepStrictEqual(await cache.setMany(new Map([["c", 3]]), "1h"), [])
      assert.deepStrictEqual(await cache.setMany({}), [])
      assert.strictEqual(await cache.deleteMany(["a", "missing", "c"]), 2)
      assert.strictEqual(await cache.deleteMany([]), 0)
      assert.deepStrictEqual(await cache.getMany(["a", "b", "c"]), new Map([["b", 2]]))
    },
  }),
  cacheClause({
    id: "cache.delete.1",
    title: "delete returns whether there was an entry",
    async run({ cache }) {
      await cache.set("value", null)
      assert.strictEqual(await cache.delete("value"), true)
      assert.strictEqual(await cache.delete("value"), false)
      assert.strictEqual(await cache.has("value"), false)
    },
  }),
  cacheClause({
    id: "cache.keys.1",
    title: "Keys of any script work in every method, and invalid keys are rejected",
    async run({ cache }) {
      const key = "Iñtërnâtiônàlizætiøn-清-😀"
      await cache.set(key, "naïve")
      assert.strictEqual(await cache.get(key), "naïve")
      assert.deepStrictEqual([...(await cache.getMany([key])).keys()], [key])
      assert.strictEqual(await cache.delete(key), true)
      await assertRejects(() => cache.get(""), "InvalidKeyError")
      await assertRejects(() => cache.set("half \ud800", 1), "InvalidKeyError")
      await assertRejects(() => cache.get(1 as never), "TypeError")
    },
  }),
  cacheClause({
    id: "cache.keys.2",
    title: "A key that the backend cannot hold is rejected with an InvalidKeyError",
    needs: ({ capabilities }) =>
      capabilities.maxKeyBytes === undefined && capabilities.portableKeysOnly === undefined
        ? "accepts keys of any length and with any character"
        : undefined,
    async run({ cache, backend }) {
      const { maxKeyBytes, portableKeysOnly } = backend.capabilities
      if (maxKeyBytes !== undefined) {
        await assertRejects(() => cache.set("é".repeat(Math.ceil(maxKeyBytes / 2)), 1), "InvalidKeyError")
      }
      if (portableKeysOnly) {
        for (const key of ["a b", "a\n", "a\r\nflush_all\r\n"])
          await assertRejects(() => cache.set(key, 1), "InvalidKeyError")
      }
    },
  }),
  cacheClause({
    id: "cache.keys.3",
    title: "keys lists the keys of one version as the caller wrote them",
    uses: ["keys"],
    async run({ cache, cacheWith }) {
      await cache.setMany({ "news:1": 1, "news:2": 2, sport: 3 })
      await cache.set("news:3", 3, { version: 2 })
      await cacheWith({ keyPrefix: "x" }).set("news:4", 4)
      const sorted = async (keys: AsyncIterable<string>) => (await listed(keys)).toSorted()
      assert.deepStrictEqual(await sorted(cache.keys()), ["news:1", "news:2", "sport"])
      assert.deepStrictEqual(await sorted(cache.keys("news:")), ["news:1", "news:2"])
      assert.deepStrictEqual(await sorted(cache.withVersion(2).keys()), ["news:3"])
    },
  }),
]
