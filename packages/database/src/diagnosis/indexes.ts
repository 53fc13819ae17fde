import type { Finding } from "@larder/core"
import type { MissingIndex } from "../missing-indexes.js"

export function indexFinding({ column, sql }: MissingIndex): Finding {
  return {
    severity: "warning",
    code: "missing-index",
    found: `The table has no index on ${column}.`,
    why: "Each cull, once per 10 to 1,000 writes of a process, reads the whole table, and in MySQL locks it.",
    advice: `Run ${sql}`,
  }
}
