import assert from "node:assert/strict"
import type { Finding } from "@larder/core"
import { type Clause, clause } from "../clause.js"
import { assertHolds, assertMissing } from "../entry-assertions.js"

const severities: readonly unknown[] = ["error", "warning", "info"] satisfies Finding["severity"][]
const texts = ["code", "found", "why", "advice"] as const

const figures = ["entries", "bytes", "hits", "misses", "evictions"] as const

/** `stats`, `ping` and `diagnose`. */
export const statsClauses: readonly Clause[] = [
  clause({
    id: "stats.1",
    title: "stats returns non-negative integers, and omits figures that the store does not know",
    uses: ["stats"],
    async run({ backend }) {
      const stats = await backend.stats()
      const unknown = Object.keys(stats).filter((name) => !figures.includes(name as (typeof figures)[number]))
      assert.deepStrictEqual(unknown, [], "unknown figures")
      for (const [name, figure] of Object.entries(stats)) {
        assert.ok(
          Number.isSafeInteger(figure) && Number(figure) >= 0,
          `${name}: expected a non-negative integer, got ${String(figure)}`,
        )
      }
    },
  }),
  clause({
    id: "stats.2",
    title: "stats counts the stored entries and bytes",
    uses: ["stats"],
    async run({ backend, key, values }) {
      for (let index = 0; index < 10; index += 1) await backend.set(key(`${index}`), values.text("a".repeat(100)))
      const { entries = 10, bytes = 1 } = await backend.stats()
      assert.ok(entries >= 10, `entries after writing 10: expected at least 10, got ${entries}`)
      assert.ok(bytes > 0, `bytes after writing 10 entries: expected more than 0, got ${bytes}`)
    },
  }),
  clause({
    id: "stats.3",
    title: "stats counts reads as hits and misses",
    uses: ["stats"],
    async run({ backend, key, values }) {
      await backend.set(key("there"), values.text("a"))
      const before = await backend.stats()
      await backend.get(key("there"))
      await backend.get(key("nobody"))
      const after = await backend.stats()
      for (const figure of ["hits", "misses"] as const) {
        const [old, recent] = [before[figure], after[figure]]
        if (old === undefined || Number.isNaN(old)) continue
        assert.ok(
          recent !== undefined && recent > old,
          `${figure} after a hit and a miss: expected more than ${old}, got ${recent}`,
        )
      }
    },
  }),
  clause({
    id: "ping.1",
    title: "ping returns undefined if the store responds",
    uses: ["ping"],
    async run({ backend }) {
      assert.strictEqual(await backend.ping(), undefined)
    },
  }),
  clause({
    id: "diagnose.1",
    title: "diagnose returns findings, each with a severity, a code and texts",
    uses: ["diagnose"],
    async run({ backend }) {
      const findings = await backend.diagnose()
      assert.ok(Array.isArray(findings), `expected an array, got ${String(findings)}`)
      for (const finding of findings) {
        const { severity } = finding
        assert.ok(severities.includes(severity), `severity: expected error, warning or info, got ${String(severity)}`)
        for (const name of texts) {
          const text: unknown = finding[name]
          assert.ok(
            typeof text === "string" && text !== "",
            `${name}: expected a non-empty string, got ${String(text)}`,
          )
        }
      }
    },
  }),
  clause({
    id: "diagnose.2",
    title: "diagnose changes no entry",
    uses: ["diagnose"],
    async run({ backend, key, values }) {
      await backend.set(key("there"), values.text("a"))
      await backend.diagnose()
      await assertHolds(backend, key("there"), values.text("a"))
      await assertMissing(backend, key("nobody"))
    },
  }),
]
