import assert from "node:assert/strict"
import { assertRejects, type CacheClause, cacheClause, replacesEntries } from "../cache-clause.js"
import { contenders } from "../contenders.js"

/** Strings that a store, protocol or encoding could confuse or lose. */
const tagNames: readonly string[] = [
  "",
  " ",
  "a",
  "A",
  "a:b",
  "a\r\nb",
  "\u0000",
  "\ud800",
  "\ufffd",
  "__proto__",
  "é",
  "e\u0301",
  "x".repeat(10_000),
]

/** Entries with tags. */
export const tagClauses: readonly CacheClause[] = [
  cacheClause({
    id: "cache.tags.1",
    title: "invalidateTags removes all entries with one of the tags, for every handle, and no others",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      await cache.set("both", 1, { tags: ["x", "y"] })
      await cache.set("spared", 2, { tags: ["y"] })
      await cache.setMany({ one: 3, two: 4 }, { tags: ["x"] })
      assert.strictEqual(await cache.getOrSet("made", () => 5, { tags: ["x"] }), 5)
      await cache.set("plain", 6)
      const keys = ["both", "spared", "one", "two", "made", "plain"]
      for (const reader of [cache, other]) assert.strictEqual((await reader.getMany(keys)).size, keys.length)
      await other.invalidateTags(["x", "unknown"])
      const left = new Map([
        ["spared", 2],
        ["plain", 6],
      ])
      for (const reader of [cache, other]) {
        assert.deepStrictEqual(await reader.getMany(keys), left)
        assert.strictEqual(await reader.get("both", { default: "gone" }), "gone")
        assert.strictEqual(await reader.has("made"), false)
      }
      await cache.set("both", "again", { tags: ["x", "y"] })
      assert.strictEqual(await other.get("both"), "again", "written after the invalidation")
    },
  }),
  cacheClause({
    id: "cache.tags.2",
    title: "A tag is any string, and different strings are different tags",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      const keys = tagNames.map((_, index) => `key:${index}`)
      for (const [index, name] of tagNames.entries()) await cache.set(`key:${index}`, name, { tags: [name] })
      for (const [index, name] of tagNames.entries()) {
        await other.invalidateTags([name])
        const left = [...(await cache.getMany(keys)).keys()]
        assert.deepStrictEqual(left, keys.slice(index + 1), `without ${JSON.stringify(name.slice(0, 20))}`)
      }
    },
  }),
  cacheClause({
    id: "cache.tags.3",
    title: "An entry takes up to 64 tags, and invalid tags or too many are rejected",
    async run({ cache }) {
      const tags = Array.from({ length: 64 }, (_, index) => `tag ${index}`)
      await cache.set("key", "value", { tags })
      assert.strictEqual(await cache.get("key"), "value")
      assert.strictEqual(await cache.get("key"), "value", "read again")
      await assertRejects(() => cache.set("key", "new", { tags: [...tags, "one more"] }), "RangeError")
      await assertRejects(() => cache.set("key", "new", { tags: "news" as never }), "TypeError")
      await assertRejects(() => cache.invalidateTags([7 as never]), "TypeError")
      assert.strictEqual(await cache.get("key"), "value")
      await cache.invalidateTags(tags.slice(-1))
      assert.strictEqual(await cache.has("key"), false)
    },
  }),
  cacheClause({
    id: "cache.tags.4",
    title: "An entry is a miss if the store has dropped a token of its tags",
    async run({ cache, elsewhere, backend, written }) {
      const other = await elsewhere()
      await cache.set("plain", 1)
      const before = new Set(written)
      await cache.snapshotTags(["x"])
      const tokenKeys = [...written].filter((key) => !before.has(key))
      assert.notDeepStrictEqual(tokenKeys, [], "keys that stand for tags")
      await cache.set("tagged", 2, { tags: ["x"] })
      for (const reader of [cache, other]) assert.strictEqual(await reader.get("tagged"), 2)
      for (const tokenKey of tokenKeys) await backend.delete(tokenKey)
      for (const reader of [cache, other]) {
        assert.strictEqual(await reader.get("tagged"), undefined, "an entry with a dropped token")
        assert.deepStrictEqual(await reader.getMany(["plain", "tagged"]), new Map([["plain", 1]]))
      }
      await other.set("tagged", 3, { tags: ["x"] })
      assert.strictEqual(await cache.get("tagged"), 3, "written under a new token")
    },
  }),
  cacheClause({
    id: "cache.tags.5",
    title: "add stores over an entry whose tags were invalidated, and exactly one concurrent call does",
    uses: ["add"],
    needs: replacesEntries,
    async run({ cache, elsewhere }) {
      const caches = await Promise.all(Array.from({ length: contenders }, (_, index) => elsewhere(index)))
      const keys = Array.from({ length: 10 }, (_, index) => `key:${index}`)
      for (const key of keys) await cache.set(key, "old", { tags: ["x"] })
      assert.strictEqual(await cache.add("key:0", "new"), false, "add over a live entry")
      await cache.invalidateTags(["x"])
      assert.strictEqual(await cache.add("key:0", "new", 0), true, "add would store")
      const add = (key: string): Promise<boolean[]> =>
        Promise.all(caches.map((other, index) => other.add(key, `owner ${index}`)))
      const answers = await Promise.all(keys.map(add))
      for (const [index, key] of keys.entries()) {
        const winners = [...(answers[index] ?? []).entries()].filter(([, won]) => won).map(([owner]) => owner)
        assert.strictEqual(winners.length, 1, "add calls that stored")
        assert.strictEqual(await cache.get(key), `owner ${winners[0]}`, "the winner's value")
      }
      await cache.invalidateTags(["x"])
      assert.strictEqual((await cache.getMany(keys)).size, keys.length, "what add stored has no tags")
    },
  }),
  cacheClause({
    id: "cache.tags.6",
    title: "touch keeps the tags of a live entry, and returns false if they were invalidated",
    uses: ["touch"],
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      await cache.set("key", 1, { tags: ["x"], timeout: 60 })
      assert.strictEqual(await other.touch("key", 90), true)
      assert.strictEqual(await cache.get("key"), 1)
      await cache.invalidateTags(["x"])
      assert.strictEqual(await other.touch("key", 90), false, "touch of an invalidated entry")
      assert.strictEqual(await cache.touch("key", null), false)
      assert.strictEqual(await cache.get("key"), undefined, "touched after the invalidation")
    },
  }),
  cacheClause({
    id: "cache.tags.7",
    title: "ttl of an entry with tags is at most 30 days, and undefined if they were invalidated",
    uses: ["ttl"],
    async run({ cache, backend }) {
      const { ttlResolution } = backend.capabilities
      const most = 30 * 86_400
      await cache.set("hour", 1, { tags: ["x"], timeout: "1h" })
      await cache.set("ever", 1, { tags: ["x"], timeout: null })
      const [hour, ever] = [(await cache.ttl("hour")) ?? Number.NaN, (await cache.ttl("ever")) ?? Number.NaN]
      assert.ok(hour > 3_500 && hour <= 3_600 + ttlResolution / 1_000, `${hour} seconds left of an hour`)
      assert.ok(ever > most - 100 && ever <= most + ttlResolution / 1_000, `${ever} seconds left of 30 days`)
      await cache.invalidateTags(["x"])
      assert.strictEqual(await cache.ttl("hour"), undefined)
    },
  }),
  cacheClause({
    id: "cache.tags.8",
    title: "An entry keeps its tags when it moves to another version, and does not move if they were invalidated",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      await cache.setMany({ moved: "value", dead: "value" }, { tags: ["x"] })
      assert.strictEqual(await cache.incrVersion("moved"), 2)
      assert.strictEqual(await other.get("moved", { version: 2 }), "value")
      assert.strictEqual(await other.has("moved"), false, "in its old version")
      await other.invalidateTags(["x"])
      assert.strictEqual(await cache.get("moved", { version: 2 }), undefined, "invalidated after it moved")
      await assertRejects(() => cache.incrVersion("dead"), "KeyNotFoundError")
    },
  }),
  cacheClause({
    id: "cache.tags.9",
    title: "incr rejects an entry with tags, and finds none if they were invalidated",
    uses: ["incr"],
    async run({ cache }) {
      await cache.set("count", 1, { tags: ["x"] })
      await assertRejects(() => cache.incr("count"), "TypeError")
      assert.strictEqual(await cache.get("count"), 1)
      await cache.invalidateTags(["x"])
      await assertRejects(() => cache.incr("count"), "KeyNotFoundError")
    },
  }),
  cacheClause({
    id: "cache.tags.10",
    title: "A value older than an invalidation is not served, if its snapshot was taken before",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      const known = await cache.snapshotTags(["x"])
      await cache.set("early", 1, { tags: ["x"], snapshot: known })
      assert.strictEqual(await other.get("early"), 1, "nothing was invalidated yet")
      await other.invalidateTags(["x"])
      await cache.set("late", 1, { tags: ["x"], snapshot: known })
      await cache.setMany({ later: 1 }, { tags: ["x"], snapshot: known })
      const unknown = await cache.snapshotTags()
      await cache.set("learnt", 1, { tags: ["y"], snapshot: unknown })
      assert.strictEqual(await other.get("learnt"), 1, "nothing was invalidated since")
      await other.invalidateTags(["y"])
      await cache.set("learnt-late", 1, { tags: ["y"], snapshot: unknown })
      for (const reader of [cache, other])
        assert.deepStrictEqual(await reader.getMany(["early", "late", "later", "learnt", "learnt-late"]), new Map())
    },
  }),
  cacheClause({
    id: "cache.tags.11",
    title: "What getOrSet computes while its tags are invalidated is returned, but not served later",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      for (const tags of [["x"], []]) {
        const key = `key:${tags.length}`
        const outdated = await cache.getOrSet(
          key,
          async (context) => {
            await other.invalidateTags(["x"])
            context.tags(["x"])
            return "outdated"
          },
          { tags },
        )
        assert.strictEqual(outdated, "outdated")
        for (const reader of [cache, other]) assert.strictEqual(await reader.get(key), undefined)
        const produce = ({ tags: learn }: { tags(names: string[]): void }): string => {
          learn(["x"])
          return "new"
        }
        assert.strictEqual(await cache.getOrSet(key, produce, { tags }), "new")
        assert.strictEqual(await other.get(key), "new")
      }
    },
  }),
]
