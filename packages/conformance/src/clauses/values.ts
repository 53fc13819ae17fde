import assert from "node:assert/strict"
import { isDeepStrictEqual } from "node:util"
import type { Backend } from "@larder/core"
import { type Clause, clause } from "../clause.js"
import { showStored } from "../stored-values.js"

function keepsValues(backend: Backend<unknown>): string | undefined {
  return backend.codec === undefined ? "keeps bytes (has no codec of its own)" : undefined
}

const falsy: readonly unknown[] = [null, 0, -0, Number.NaN, "", false, 0n, [], {}]

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

/** What goes in comes out, in stores that keep values by a codec of their own. */
export const valuesClauses: readonly Clause[] = [
  clause({
    id: "values.1",
    title: "null, zero, false and everything empty are values, not misses",
    needs: keepsValues,
    async run({ backend, key }) {
      const { codec } = backend
      for (const value of falsy) {
        await backend.set(key("value"), codec?.encode(value))
        const stored = await backend.get(key("value"))
        assert.notStrictEqual(stored, undefined, `a miss instead of ${showStored(value)}`)
        const decoded = codec?.decode(stored)
        assert.ok(isDeepStrictEqual(decoded, value), `${showStored(value)} came back as ${showStored(decoded)}`)
      }
    },
  }),
  clause({
    id: "values.2",
    title: "a rich value comes back equal, at every read",
    needs: keepsValues,
    async run({ backend, key }) {
      await backend.set(key("value"), backend.codec?.encode(richValue()))
      for (const read of ["first", "second"]) {
        const decoded = backend.codec?.decode(await backend.get(key("value")))
        assert.deepStrictEqual(decoded, richValue(), `${read} read`)
      }
    },
  }),
]
