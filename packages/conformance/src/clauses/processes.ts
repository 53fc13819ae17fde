import assert from "node:assert/strict"
import { setTimeout as wait } from "node:timers/promises"
import type { Child } from "../child.js"
import { type Clause, type ClauseContext, childProcesses, clause } from "../clause.js"
import { assertOneOwner } from "../contenders.js"
import { assertHolds, assertSame } from "../entry-assertions.js"
import { assertHappens } from "../fault-clause.js"
import { addEach, countUnderLock, incrMany, replaceEach } from "../routines.js"
import { isWhole, showStored } from "../stored-values.js"

/** Milliseconds that a child process may take to start its work on a busy machine. */
const beginning = 3_000

function twoChildren({ child }: Pick<ClauseContext, "child">): Promise<[Child, Child]> {
  return Promise.all([child(0), child(1)])
}

function keysFor({ key }: Pick<ClauseContext, "key">, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => key(`race:${index}`))
}

/** Several processes. Child processes use the real clock. */
export const processesClauses: readonly Clause[] = [
  clause({
    id: "processes.1",
    title: "A process sees what another one writes, replaces and removes",
    needs: childProcesses,
    async run({ backend, key, values, child }) {
      const other = await child(0)
      await other.run("write", [key("theirs")], "a")
      await assertHolds(backend, key("theirs"), values.text("a"), "written by the child")
      await backend.set(key("theirs"), values.text("b"))
      await backend.set(key("mine"), values.text("c"))
      const [theirs, mine] = await other.run("read", [key("theirs"), key("mine")])
      assertSame(theirs, values.text("b"), "replaced by the parent")
      assertSame(mine, values.text("c"), "written by the parent")
      await backend.delete(key("mine"))
      assert.deepStrictEqual(await other.run("read", [key("mine")]), [undefined], "removed by the parent")
    },
  }),
  clause({
    id: "processes.2",
    title: "Of many add calls for one key in several processes, exactly one stores",
    uses: ["add"],
    needs: childProcesses,
    async run(context) {
      const [first, second] = await twoChildren(context)
      const keys = keysFor(context, 200)
      const [one, other, parent] = await Promise.all([
        first.run("addEach", keys, "one"),
        second.run("addEach", keys, "other"),
        addEach(context.backend, keys, "parent"),
      ])
      await assertOneOwner(context, keys, { one, other, parent })
    },
  }),
  clause({
    id: "processes.3",
    title: "No incr in several processes is lost, and no two return the same sum",
    uses: ["incr"],
    needs: childProcesses,
    async run(context) {
      const { backend, key, values } = context
      const [one, other] = await twoChildren(context)
      await backend.set(key("count"), values.integer(0))
      const sums = await Promise.all([
        one.run("incrMany", key("count"), 150),
        other.run("incrMany", key("count"), 150),
        incrMany(backend, key("count"), 150),
      ])
      assert.strictEqual(new Set(sums.flat()).size, 450, "different sums of 450 increments")
      await assertHolds(backend, key("count"), values.integer(450))
    },
  }),
  clause({
    id: "processes.4",
    title: "add and deleteIfEqual make a lock that one process holds at a time",
    uses: ["add", "deleteIfEqual"],
    needs: childProcesses,
    async run(context) {
      const { backend, key, values } = context
      const [one, other] = await twoChildren(context)
      await backend.set(key("counter"), values.integer(0))
      await Promise.all([
        one.run("countUnderLock", key("lock"), key("counter"), "one", 20),
        other.run("countUnderLock", key("lock"), key("counter"), "other", 20),
        countUnderLock(backend, key("lock"), key("counter"), "parent", 20),
      ])
      await assertHolds(backend, key("counter"), values.integer(60), "counted under the lock")
    },
  }),
  clause({
    id: "processes.5",
    title: "A new entry survives another process that meets the expired one before it",
    needs: childProcesses,
    async run(context) {
      const { values, shortTtl, shortLife } = context
      const [writer, reader] = await twoChildren(context)
      const keys = keysFor(context, 300)
      await writer.run("write", keys, "old", shortTtl)
      await wait(shortLife)
      // In several rounds, because on a busy machine one of the two may finish before the other starts.
      for (let start = 0; start < keys.length; start += 50) {
        const round = keys.slice(start, start + 50)
        await Promise.all([reader.run("read", round), writer.run("write", round, "fresh")])
      }
      for (const held of await reader.run("read", keys)) assertSame(held, values.text("fresh"), "a fresh entry")
    },
  }),
  clause({
    id: "processes.6",
    title: "A reader sees only whole values while another process replaces them",
    needs: childProcesses,
    async run({ backend, key, values, child }) {
      const other = await child(0)
      await backend.set(key("value"), values.text("a"))
      let writing = true
      const written = other.run("overwrite", key("value"), "abcdef", 100).finally(() => {
        writing = false
      })
      written.catch(() => {}) // After a failed read below, nothing awaits the writer.
      while (writing) {
        const seen = await backend.get(key("value"))
        assert.ok(seen !== undefined && isWhole(backend, seen), `expected a whole value, read ${showStored(seen)}`)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await written
    },
  }),
  clause({
    id: "processes.7",
    title: "A process killed while writing leaves a whole value or none, and a key that others can write",
    needs: childProcesses,
    async run({ backend, key, values, fork }) {
      for (const patience of [5, 20, 50]) {
        const child = await fork()
        await backend.delete(key("value"))
        const cut = assert.rejects(child.run("overwrite", key("value"), "abcdef", 1_000_000))
        const isWriting = async (): Promise<boolean> => (await backend.get(key("value"))) !== undefined
        // It is killed even if it has not been seen to write.
        await assertHappens(isWriting, "the other process writes", beginning).catch(() => {})
        await wait(patience)
        await child.kill()
        await cut
        const left = await backend.get(key("value"))
        assert.ok(
          left === undefined || isWhole(backend, left),
          `after a writer was killed: expected a whole value or none, got ${showStored(left)}`,
        )
        await backend.set(key("value"), values.text("a"))
        await assertHolds(backend, key("value"), values.text("a"), "written after the other process was killed")
      }
    },
  }),
  clause({
    id: "processes.8",
    title: "Entries outlive the process that wrote them, if the backend declares persistent",
    needs: (backend, harness) =>
      backend.capabilities.persistent
        ? childProcesses(backend, harness)
        : "entries do not outlive the process (capabilities.persistent is false)",
    async run({ key, values, fork }) {
      const writer = await fork()
      await writer.run("write", [key("value")], "a")
      await writer.close()
      await writer.kill()
      const reader = await fork()
      const [held] = await reader.run("read", [key("value")])
      assertSame(held, values.text("a"), "read after the writer ended")
    },
  }),
  clause({
    id: "processes.9",
    title: "A process that has closed its handle exits by itself",
    uses: ["close"],
    needs: (_backend, harness) => (harness.child === undefined ? "the harness has no child" : undefined),
    async run({ key, fork }) {
      const child = await fork()
      await child.run("write", [key("value")], "a", 60_000)
      await child.close()
      await child.ended
    },
  }),
  clause({
    id: "processes.10",
    title: "Of many replaceIfEqual calls for one value in several processes, exactly one replaces",
    uses: ["replaceIfEqual"],
    needs: childProcesses,
    async run(context) {
      const { backend, values } = context
      const [first, second] = await twoChildren(context)
      const keys = keysFor(context, 200)
      await Promise.all(keys.map((name) => backend.set(name, values.text("old"))))
      const [one, other, parent] = await Promise.all([
        first.run("replaceEach", keys, "old", "one"),
        second.run("replaceEach", keys, "old", "other"),
        replaceEach(backend, keys, "old", "parent"),
      ])
      await assertOneOwner(context, keys, { one, other, parent })
    },
  }),
]
