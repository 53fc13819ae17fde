import assert from "node:assert/strict"
import { type Clause, clause, keepsBytes } from "../clause.js"
import { assertMiss, assertSame } from "../entry-assertions.js"
import { bytesOf, sameStored, showStored } from "../stored-values.js"

/** `getSync`. */
export const syncClauses: readonly Clause[] = [
  clause({
    id: "sync.1",
    title: "getSync returns what get would: the value stored last, or undefined",
    uses: ["getSync"],
    async run({ backend, key, values }) {
      assert.strictEqual(backend.getSync(key("nobody")), undefined)
      await backend.set(key("book"), values.text("The Trial"))
      assertSame(backend.getSync(key("book")), values.text("The Trial"), "first read")
      await backend.set(key("book"), values.text("The Castle"))
      assertSame(backend.getSync(key("book")), values.text("The Castle"), "after another set")
      assertSame(backend.getSync(key("book")), await backend.get(key("book")), "compared with get")
      await backend.delete(key("book"))
      assertMiss(backend.getSync(key("book")), "after delete")
    },
  }),
  clause({
    id: "sync.2",
    title: "getSync returns no expired entry",
    uses: ["getSync"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      await backend.set(key("immortal"), values.text("b"))
      await expire()
      assertMiss(backend.getSync(key("mortal")), "the expired entry")
      assertSame(backend.getSync(key("immortal")), values.text("b"), "the live entry")
    },
  }),
  clause({
    id: "sync.3",
    title: "getSync sees every change, by any method and any handle",
    uses: ["getSync"],
    async run({ backend, key, values, peer }) {
      const writer = backend.capabilities.shared ? await peer(0) : backend
      const [old, recent, gone] = [values.integer(1), values.integer(2), undefined]
      // For each method: the value before, the call, and the value after.
      const changes: Record<string, [unknown, (key: string) => Promise<unknown> | undefined, unknown]> = {
        set: [old, (name) => writer.set(name, recent), recent],
        setMany: [old, (name) => writer.setMany?.([{ key: name, value: recent }]), recent],
        add: [gone, (name) => writer.add?.(name, recent), recent],
        incr: [old, (name) => writer.incr?.(name, 1), recent],
        replaceIfEqual: [old, (name) => writer.replaceIfEqual?.(name, old, recent), recent],
        delete: [old, (name) => writer.delete(name), gone],
        deleteMany: [old, (name) => writer.deleteMany?.([name]), gone],
        deleteIfEqual: [old, (name) => writer.deleteIfEqual?.(name, old), gone],
        clear: [old, (name) => writer.clear?.(name), gone],
      }
      for (const [method, [before, change, after]] of Object.entries(changes)) {
        if (before !== gone) await writer.set(key(method), before)
        const first = backend.getSync(key(method))
        assert.ok(
          sameStored(first, before),
          `before ${method}: expected ${showStored(before)}, got ${showStored(first)}`,
        )
        const changed = change(key(method))
        if (changed === undefined) continue
        await changed
        const found = backend.getSync(key(method))
        assert.ok(sameStored(found, after), `after ${method}: expected ${showStored(after)}, got ${showStored(found)}`)
      }
    },
  }),
  clause({
    id: "sync.4",
    title: "getSync returns a buffer that the backend does not share",
    uses: ["getSync"],
    needs: keepsBytes,
    async run({ backend, key }) {
      await backend.set(key("book"), bytesOf("The Trial"))
      const mine = backend.getSync(key("book")) as Uint8Array
      mine.fill(0)
      const held = backend.getSync(key("book"))
      assertSame(held, bytesOf("The Trial"), "after the caller wrote into its buffer")
      await backend.set(key("book"), bytesOf("The Siege"))
      assertSame(held, bytesOf("The Trial"), "the buffer of an earlier getSync")
    },
  }),
]
