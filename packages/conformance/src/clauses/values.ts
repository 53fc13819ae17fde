import assert from "node:assert/strict"
import { isDeepStrictEqual } from "node:util"
import type { Backend } from "@larder/core"
import { type Clause, clause } from "../clause.js"
import { assertIsAnEntry } from "../entry-results.js"
import { showStored } from "../stored-values.js"

function keepsValues(backend: Backend<unknown>): string | undefined {
  return backend.codec === undefined ? "stores bytes (has no codec)" : undefined
}

const falsy: readonly unknown[] = [null, 0, -0, Number.NaN, "", false, 0n, [], {}]

/** Like the object that `Cache` wraps around an encoded value, to store tags with it. */
class Envelope {
  readonly header: { readonly note: string }
  readonly payload: unknown

  constructor(note: string, payload: unknown) {
    this.header = { note }
    this.payload = payload
  }
}

function richValue(): unknown {
  return {
    text: "naïve 清 😀",
    "": ["an empty name", [], {}],
    numbers: [1, -1, 0.1, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY, 2n ** 70n],
    date: new Date("1790-01-08T12:00:00.000Z"),
    map: new Map<unknown, unknown>([["key", { nested: new Set([1, "1", null]) }]]),
    bytes: Uint8Array.from([0, 1, 255]),
    missing: undefined,
    none: null,
  }
}

/** Stores of values, with a codec. */
export const valuesClauses: readonly Clause[] = [
  clause({
    id: "values.1",
    title: 'null, 0, NaN, "", false and empty containers are values, not misses',
    needs: keepsValues,
    async run(context) {
      const { backend, key } = context
      const { codec } = backend
      for (const value of falsy) {
        await backend.set(key("value"), codec?.encode(value))
        const stored = await backend.get(key("value"))
        assert.notStrictEqual(stored, undefined, `get of ${showStored(value)}`)
        const decoded = codec?.decode(stored)
        assert.ok(isDeepStrictEqual(decoded, value), `expected ${showStored(value)}, got ${showStored(decoded)}`)
        await assertIsAnEntry(context, codec?.encode(value), `the value ${showStored(value)}`)
      }
    },
  }),
  clause({
    id: "values.2",
    title: "A rich value is returned equal, every time: dates, maps, sets, bytes, undefined inside",
    needs: keepsValues,
    async run({ backend, key }) {
      await backend.set(key("value"), backend.codec?.encode(richValue()))
      for (const read of ["first", "second"]) {
        const decoded = backend.codec?.decode(await backend.get(key("value")))
        assert.deepStrictEqual(decoded, richValue(), `${read} read`)
      }
    },
  }),
  clause({
    id: "values.3",
    title: "An object that the codec did not make is stored as it is, and keeps its class",
    needs: keepsValues,
    async run({ backend, key, values }) {
      const seal = (note: string) => new Envelope(note, values.text(note))
      const old = seal("old")
      await backend.set(key("replaceIfEqual"), old)
      const writes: Record<string, () => Promise<unknown> | undefined> = {
        set: () => backend.set(key("set"), seal("set")),
        add: () => backend.add?.(key("add"), seal("add")),
        setMany: () => backend.setMany?.([{ key: key("setMany"), value: seal("setMany") }]),
        replaceIfEqual: () => backend.replaceIfEqual?.(key("replaceIfEqual"), old, seal("replaceIfEqual")),
      }
      for (const [method, write] of Object.entries(writes)) {
        const written = write()
        if (written === undefined) continue
        await written
        const [many] = (await backend.getMany?.([key(method)])) ?? []
        for (const stored of [await backend.get(key(method)), ...(many === undefined ? [] : [many])]) {
          assert.ok(
            stored instanceof Envelope,
            `written by ${method}: expected an object of the same class, got ${showStored(stored)}`,
          )
          assert.deepStrictEqual(stored, seal(method), `written by ${method}`)
        }
      }
    },
  }),
  clause({
    id: "values.4",
    title: "deleteIfEqual and replaceIfEqual match what get returned",
    needs: (backend) =>
      (backend.deleteIfEqual ?? backend.replaceIfEqual)
        ? keepsValues(backend)
        : "has neither deleteIfEqual() nor replaceIfEqual()",
    async run({ backend, key, values }) {
      const rich = (): unknown => backend.codec?.encode(richValue())
      const made = { text: values.text("a"), rich: rich(), sealed: new Envelope("a", rich()) }
      for (const [name, value] of Object.entries(made)) {
        await backend.set(key(name), value)
        const replaced = await backend.replaceIfEqual?.(key(name), await backend.get(key(name)), value)
        assert.notStrictEqual(replaced, false, `replaceIfEqual of ${name}`)
        const deleted = await backend.deleteIfEqual?.(key(name), await backend.get(key(name)))
        assert.notStrictEqual(deleted, false, `deleteIfEqual of ${name}`)
      }
    },
  }),
]
