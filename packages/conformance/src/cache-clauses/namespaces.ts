import assert from "node:assert/strict"
import { assertRejects, type CacheClause, type CacheContext, cacheClause, cachePrefix } from "../cache-clause.js"
import { listed } from "../listed.js"

/** Namespaces, and what `clear` removes. */
export const namespaceClauses: readonly CacheClause[] = [
  cacheClause({
    id: "cache.namespaces.1",
    title: "A namespace has its own entries, also inside another one, in every version",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      const spaces = [
        cache,
        cache.namespace("a"),
        cache.namespace("b"),
        cache.namespace("a").namespace("b"),
        cache.namespace("ab"),
        cache.namespace("a").withVersion(2),
      ]
      for (const [index, space] of spaces.entries()) await space.set("key", index)
      assert.deepStrictEqual(await Promise.all(spaces.map((space) => space.get("key"))), [0, 1, 2, 3, 4, 5])
      assert.strictEqual(await other.namespace("a").namespace("b").get("key"), 3)
      assert.strictEqual(await other.namespace("b").namespace("a").get("key"), undefined)
      assert.strictEqual(await other.namespace("a").get("key", { version: 2 }), 5)
      assert.strictEqual(await other.namespace("a").delete("key"), true)
      assert.deepStrictEqual(await Promise.all(spaces.map((space) => space.has("key"))), [
        true,
        false,
        true,
        true,
        true,
        true,
      ])
    },
  }),
  cacheClause({
    id: "cache.namespaces.2",
    title: "clear empties a namespace and those inside it, for every handle, and no other",
    async run({ cache, elsewhere }) {
      const other = await elsewhere()
      const inside = [cache.namespace("a"), cache.namespace("a").namespace("b"), cache.namespace("a").withVersion(2)]
      const outside = [cache, cache.namespace("b"), cache.namespace("ab")]
      for (const space of [...inside, ...outside]) await space.set("key", "old")
      assert.strictEqual(await other.namespace("a").get("key"), "old", "seen by the other handle")
      await other.namespace("a").clear()
      for (const reader of [cache, other]) {
        assert.strictEqual(await reader.namespace("a").get("key"), undefined)
        assert.strictEqual(await reader.namespace("a").namespace("b").get("key"), undefined, "inside what was cleared")
        assert.strictEqual(await reader.namespace("a").get("key", { version: 2 }), undefined, "another version")
      }
      for (const space of outside) assert.strictEqual(await space.get("key"), "old", "outside of what was cleared")
      for (const space of inside) await space.set("key", "new")
      await other.namespace("a").namespace("b").clear()
      assert.strictEqual(await cache.namespace("a").get("key"), "new", "around what was cleared")
      assert.strictEqual(await cache.namespace("a").namespace("b").get("key"), undefined)
    },
  }),
  cacheClause({
    id: "cache.namespaces.3",
    title: "Every operation works in a namespace, before and after its clear",
    async run(context) {
      const other = await context.elsewhere()
      for (const round of ["before the clear", "after it"]) {
        await assertServes(context, round)
        await other.namespace("user:42").clear()
        await assertIsEmpty(context)
      }
    },
  }),
  cacheClause({
    id: "cache.namespaces.4",
    title: "A tag belongs to one namespace",
    async run({ cache, elsewhere }) {
      const [space, other] = [cache.namespace("a"), await elsewhere()]
      for (const one of [cache, space, space.namespace("b")]) await one.set("key", 1, { tags: ["x"] })
      await other.namespace("a").invalidateTags(["x"])
      assert.strictEqual(await cache.get("key"), 1, "outside")
      assert.strictEqual(await space.get("key"), undefined)
      assert.strictEqual(await space.namespace("b").get("key"), 1, "inside")
      await other.invalidateTags(["x"])
      assert.strictEqual(await cache.get("key"), undefined)
      assert.strictEqual(await space.namespace("b").get("key"), 1, "inside")
    },
  }),
  cacheClause({
    id: "cache.namespaces.5",
    title: "What getOrSet computes while its namespace is cleared is returned, but not served later",
    async run({ cache, elsewhere }) {
      const [space, other] = [cache.namespace("a"), await elsewhere()]
      await space.set("known", 1)
      const outdated = await space.getOrSet("key", async () => {
        await other.namespace("a").clear()
        return "outdated"
      })
      assert.strictEqual(outdated, "outdated")
      assert.strictEqual(await space.get("key"), undefined)
      assert.strictEqual(await other.namespace("a").getOrSet("key", () => "new"), "new")
      assert.strictEqual(await space.get("key"), "new")
    },
  }),
  cacheClause({
    id: "cache.clear.2",
    title: "clear also removes the cache's namespaces, for every handle, and nothing of other owners",
    async run({ cache, cacheWith, cleanUp, elsewhere, backend, prefix, values }) {
      const [other, stranger] = [await elsewhere(), cacheWith({ keyPrefix: "x" })]
      const foreign = `${cachePrefix({ prefix })}foreign`
      cleanUp(foreign)
      await backend.set(foreign, values.text("a"))
      for (const one of [cache, stranger]) {
        await one.set("key", 1, { tags: ["t"] })
        await one.namespace("a").set("key", 2, null)
        await one.namespace("a").namespace("b").set("key", 3)
      }
      for (const reader of [cache, other]) assert.strictEqual(await reader.namespace("a").get("key"), 2)
      await other.clear()
      for (const reader of [cache, other]) {
        assert.strictEqual(await reader.get("key"), undefined)
        assert.strictEqual(await reader.namespace("a").get("key"), undefined)
        assert.strictEqual(await reader.namespace("a").namespace("b").get("key"), undefined)
      }
      assert.strictEqual(await stranger.get("key"), 1)
      assert.strictEqual(await stranger.namespace("a").get("key"), 2)
      assert.strictEqual(await stranger.namespace("a").namespace("b").get("key"), 3)
      assert.notStrictEqual(await backend.get(foreign), undefined, "an entry that belongs to no cache")
      await cache.namespace("a").set("key", 4)
      assert.strictEqual(await other.namespace("a").get("key"), 4, "written after the clear")
    },
  }),
]

/** Runs every operation that the backend supports, in an empty namespace. */
async function assertServes({ cache, backend }: CacheContext, round: string): Promise<void> {
  const space = cache.namespace("user:42")
  const written = ["added", "made", "one", "tagged", "two"]
  await space.setMany({ one: 1, two: 2 })
  await space.set("tagged", 3, { tags: ["x"] })
  await space.set("added", 4)
  if (backend.add !== undefined) {
    assert.strictEqual(await space.delete("added"), true)
    assert.strictEqual(await space.add("added", 4), true, `add ${round}`)
    assert.strictEqual(await space.add("added", 5), false, `add ${round}`)
  }
  if (backend.incr !== undefined) {
    assert.strictEqual(await space.incr("added", 3), 7, `incr ${round}`)
    assert.strictEqual(await space.decr("added", 9), -2, `decr ${round}`)
  }
  if (backend.touch !== undefined) assert.strictEqual(await space.touch("added", 60), true, `touch ${round}`)
  if (backend.ttl !== undefined) assert.ok(Number(await space.ttl("added")) > 50, `ttl ${round}`)
  if (backend.keys !== undefined) assert.ok((await listed(space.keys())).includes("tagged"), `keys ${round}`)
  assert.strictEqual(await space.getOrSet("made", () => "made"), "made")
  const pairs = await space.getOrSetMany(["one", "both"], (missing) => missing.map((key) => [key, key] as const))
  assert.deepStrictEqual(
    pairs,
    new Map<string, unknown>([
      ["one", 1],
      ["both", "both"],
    ]),
  )
  assert.deepStrictEqual([...(await space.getMany(written)).keys()], written, round)
  assert.strictEqual(await space.incrVersion("two"), 2)
  assert.strictEqual(await space.get("two", { version: 2 }), 2)
  assert.strictEqual(await space.deleteMany(["both", "missing"]), 1)
  await space.invalidateTags(["x"])
  assert.strictEqual(await space.has("tagged"), false)
  if (backend.add !== undefined && backend.deleteIfEqual !== undefined) {
    const held = await space.lock("import", { wait: 0 })
    await (await cache.lock("import", { wait: 0 })).release()
    await assertRejects(() => space.lock("import", { wait: 0 }), "LockError")
    assert.strictEqual(await held.release(), true)
  }
}

/** Rejects unless the namespace is empty. */
async function assertIsEmpty({ cache, backend }: CacheContext): Promise<void> {
  const space = cache.namespace("user:42")
  assert.deepStrictEqual(await space.getMany(["one", "two", "tagged", "added", "made"]), new Map())
  assert.strictEqual(await space.get("two", { version: 2 }), undefined)
  assert.strictEqual(await space.delete("one"), false)
  if (backend.incr !== undefined) await assertRejects(() => space.incr("added"), "KeyNotFoundError")
  if (backend.touch !== undefined) assert.strictEqual(await space.touch("added", 60), false)
  if (backend.ttl !== undefined) assert.strictEqual(await space.ttl("added"), undefined)
  if (backend.keys !== undefined) assert.deepStrictEqual(await listed(space.keys()), [])
}
