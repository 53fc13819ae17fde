import assert from "node:assert/strict"
import { changesBy } from "../changes.js"
import { type Clause, clause, keepsBytes } from "../clause.js"
import { assertMiss, assertSame } from "../entry-assertions.js"
import { bytesOf } from "../stored-values.js"

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
      for (const { method, before, make, after } of changesBy(writer, values)) {
        if (before !== undefined) await writer.set(key(method), before)
        assertSame(backend.getSync(key(method)), before, `before ${method}`)
        await make(key(method))
        assertSame(backend.getSync(key(method)), after, `after ${method}`)
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
