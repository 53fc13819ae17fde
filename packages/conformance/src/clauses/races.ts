import assert from "node:assert/strict"
import type { Backend } from "@larder/core"
import { type Clause, type ClauseContext, clause, sharedStore } from "../clause.js"
import { assertNothingRestored, collide, collisionKeys } from "../collisions.js"
import { assertExactSum, assertOneReplaces, assertOneWinner, contenders, handles, raceKeys } from "../contenders.js"
import { assertHolds, assertMiss, assertSame } from "../entry-assertions.js"
import { addEach, countUnderLock, overwrite } from "../routines.js"
import { isWhole, numberIn, showStored } from "../stored-values.js"

/** Meets expired entries with every method on one handle while new ones are written on another. */
async function assertFreshSurvives(
  context: ClauseContext,
  reader: Backend<unknown>,
  writer: Backend<unknown>,
): Promise<void> {
  const { values, shortTtl, longTtl, prefix, expire } = context
  const reads: Readonly<Record<string, (key: string) => Promise<unknown> | undefined>> = {
    get: (key) => reader.get(key),
    getMany: (key) => reader.getMany?.([key]),
    touch: (key) => reader.touch?.(key, longTtl),
    ttl: (key) => reader.ttl?.(key),
    deleteIfEqual: (key) => reader.deleteIfEqual?.(key, values.text("old")),
    replaceIfEqual: (key) => reader.replaceIfEqual?.(key, values.text("old"), values.text("new"), longTtl),
    keys: () => reader.keys?.(prefix)[Symbol.asyncIterator]().next(),
  }
  const keys = Object.keys(reads).flatMap((read) => collisionKeys(context, read))
  await Promise.all(keys.map((key) => writer.set(key, values.text("old"), shortTtl)))
  await expire()
  for (const [read, call] of Object.entries(reads)) {
    const own = collisionKeys(context, read)
    await collide(
      own,
      async (key) => call(key),
      (key) => writer.set(key, values.text("fresh")),
    )
    for (const key of own)
      await assertHolds(writer, key, values.text("fresh"), `a new entry, after ${read} met the expired one`)
  }
}

/** Concurrent callers in one process. */
export const racesClauses: readonly Clause[] = [
  clause({
    id: "races.1",
    title: "Of many concurrent add calls for one key on one handle, exactly one stores",
    uses: ["add"],
    run: (context) =>
      assertOneWinner(
        Array.from({ length: 8 }, () => context.backend),
        context,
        addEach,
      ),
  }),
  clause({
    id: "races.2",
    title: "Of many concurrent add calls for one key on several handles, exactly one stores",
    uses: ["add"],
    needs: sharedStore,
    run: async (context) => assertOneWinner(await handles(context.backend, context.peer), context, addEach),
  }),
  clause({
    id: "races.3",
    title: "No concurrent incr on one handle is lost, and no two return the same sum",
    uses: ["incr"],
    run: (context) =>
      assertExactSum(
        Array.from({ length: contenders }, () => context.backend),
        context,
      ),
  }),
  clause({
    id: "races.4",
    title: "No concurrent incr on several handles is lost, and no two return the same sum",
    uses: ["incr"],
    needs: sharedStore,
    run: async (context) => assertExactSum(await handles(context.backend, context.peer), context),
  }),
  clause({
    id: "races.5",
    title: "Of many concurrent add calls for an expired entry, exactly one stores",
    uses: ["add"],
    timed: "entries",
    async run(context) {
      const { backend, values, shortTtl, expire, peer } = context
      const several = await handles(backend, peer)
      for (const name of raceKeys(context)) await backend.set(name, values.text("old"), shortTtl)
      await expire()
      await assertOneWinner(several, context, addEach)
    },
  }),
  clause({
    id: "races.6",
    title: "add and deleteIfEqual make a lock that one owner holds at a time",
    uses: ["add", "deleteIfEqual"],
    async run({ backend, key, values, peer }) {
      await backend.set(key("counter"), values.integer(0))
      const several = await handles(backend, peer)
      const times = 10
      await Promise.all(
        several.map((handle, index) => countUnderLock(handle, key("lock"), key("counter"), `owner ${index}`, times)),
      )
      await assertHolds(backend, key("counter"), values.integer(several.length * times), "counted under the lock")
    },
  }),
  clause({
    id: "races.7",
    title: "A new entry survives calls on the same handle that meet the expired one before it",
    timed: "entries",
    run: (context) => assertFreshSurvives(context, context.backend, context.backend),
  }),
  clause({
    id: "races.8",
    title: "A new entry survives calls on another handle that meet the expired one before it",
    needs: sharedStore,
    timed: "entries",
    run: async (context) => assertFreshSurvives(context, await context.peer(0), context.backend),
  }),
  clause({
    id: "races.9",
    title: "Of many concurrent delete calls for one entry, exactly one returns true",
    async run({ backend, key, values, peer }) {
      const several = await handles(backend, peer)
      for (const name of collisionKeys({ key }, "delete")) {
        await backend.set(name, values.text("a"))
        const answers = await Promise.all(several.map((handle) => handle.delete(name)))
        assert.strictEqual(answers.filter(Boolean).length, 1, "calls that returned true")
      }
    },
  }),
  clause({
    id: "races.10",
    title: "deleteIfEqual never removes a value that concurrently replaced the expected one",
    uses: ["deleteIfEqual"],
    async run({ backend, key, values, peer }) {
      const [one = backend, other = backend] = await handles(backend, peer)
      const keys = collisionKeys({ key }, "equal")
      await Promise.all(keys.map((name) => backend.set(name, values.text("old"))))
      await collide(
        keys,
        (name) => one.deleteIfEqual(name, values.text("old")),
        (name) => other.set(name, values.text("new")),
      )
      for (const name of keys) await assertHolds(backend, name, values.text("new"))
    },
  }),
  clause({
    id: "races.11",
    title: "touch never restores an old value over a concurrent write or delete",
    uses: ["touch"],
    run: (context) => assertNothingRestored(context, "touched", (handle, key) => handle.touch(key, context.longTtl)),
  }),
  clause({
    id: "races.12",
    title: "incr never restores an old value over a concurrent write or delete",
    uses: ["incr"],
    async run({ backend, key, values, peer }) {
      const [one = backend, other = backend] = await handles(backend, peer)
      const replaced = collisionKeys({ key }, "replaced")
      const removed = collisionKeys({ key }, "removed")
      await Promise.all([...replaced, ...removed].map((name) => backend.set(name, values.integer(1))))
      await collide(
        replaced,
        (name) => one.incr(name, 1),
        (name) => other.set(name, values.integer(100)),
      )
      await collide(
        removed,
        (name) => one.incr(name, 1),
        (name) => other.delete(name),
      )
      for (const name of replaced) {
        const left = numberIn(backend, await backend.get(name))
        assert.ok(left === 100 || left === 101, `set to 100 while incremented by 1: expected 100 or 101, got ${left}`)
      }
      for (const name of removed) assertMiss(await backend.get(name), "incremented while it was removed")
    },
  }),
  clause({
    id: "races.13",
    title: "A reader sees only whole values while they are replaced by longer and shorter ones",
    async run({ backend, key, values, peer }) {
      const [one = backend, other = backend] = await handles(backend, peer)
      await backend.set(key("value"), values.text("a"))
      let writing = true
      const writer = overwrite(one, key("value"), "abcdef", 60).finally(() => {
        writing = false
      })
      writer.catch(() => {}) // After a failed read below, nothing awaits the writer.
      while (writing) {
        const seen = await other.get(key("value"))
        const whole = seen !== undefined && seen !== null && isWhole(backend, seen)
        assert.ok(whole, `while the value was replaced: expected a whole value, read ${showStored(seen)}`)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await writer
      assertSame(await other.get(key("value")), await one.get(key("value")), "in the end")
    },
  }),
  clause({
    id: "races.14",
    title: "Of many concurrent replaceIfEqual calls for one value on one handle, exactly one replaces",
    uses: ["replaceIfEqual"],
    run: (context) =>
      assertOneReplaces(
        Array.from({ length: 8 }, () => context.backend),
        context,
      ),
  }),
  clause({
    id: "races.15",
    title: "Of many concurrent replaceIfEqual calls for one value on several handles, exactly one replaces",
    uses: ["replaceIfEqual"],
    needs: sharedStore,
    run: async (context) => assertOneReplaces(await handles(context.backend, context.peer), context),
  }),
  clause({
    id: "races.16",
    title: "replaceIfEqual never overwrites a concurrent write or undoes a concurrent delete",
    uses: ["replaceIfEqual"],
    run: (context) =>
      assertNothingRestored(context, "replaced under a condition", (handle, key) =>
        handle.replaceIfEqual(key, context.values.text("old"), context.values.text("own"), context.longTtl),
      ),
  }),
  clause({
    id: "races.17",
    title: "Concurrent batches on the same keys all succeed, whatever the order of their keys",
    uses: ["setMany"],
    async run({ backend, key, values, peer }) {
      const several = await handles(backend, peer)
      const keys = collisionKeys({ key }, "batch")
      const entriesOf = (names: readonly string[]) => names.map((name) => ({ key: name, value: values.text("a") }))
      for (let round = 0; round < 5; round += 1) {
        const batches = several.flatMap((handle, index) => {
          const own = index % 2 === 0 ? keys : keys.toReversed()
          return [handle.setMany(entriesOf(own)), handle.deleteMany?.(own.toReversed())]
        })
        await Promise.all(batches)
      }
      await Promise.all(several.map((handle) => handle.setMany(entriesOf(keys))))
      for (const name of keys) await assertHolds(backend, name, values.text("a"))
    },
  }),
  clause({
    id: "races.18",
    title: "Reading never restores an old value over a concurrent write or delete",
    async run(context) {
      await assertNothingRestored(context, "read by get", (handle, key) => handle.get(key))
      await assertNothingRestored(context, "read by getMany", async (handle, key) => handle.getMany?.([key]))
      await assertNothingRestored(context, "read by ttl", async (handle, key) => handle.ttl?.(key))
    },
  }),
  clause({
    id: "races.19",
    title: "A read that begins after a write sees it, even if an earlier read is pending",
    async run({ backend, key, values }) {
      const read: Record<string, (name: string) => Promise<unknown>> = {
        get: (name) => backend.get(name),
        getMany: async (name) => (await backend.getMany?.([name]))?.[0],
      }
      for (const method of backend.getMany === undefined ? ["get"] : ["get", "getMany"]) {
        for (const name of collisionKeys({ key }, method)) {
          await backend.set(name, values.text("old"))
          const earlier = read[method]?.(name)
          await backend.set(name, values.text("new"))
          const later = read[method]?.(name)
          await earlier
          assertSame(await later, values.text("new"), `${method} after a set, while another ${method} is pending`)
        }
      }
    },
  }),
]
