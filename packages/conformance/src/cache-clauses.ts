import type { CacheOptions } from "@larder/core"
import { outageClauses } from "./cache-clauses/outages.js"
import { readingClauses } from "./cache-clauses/reading.js"
import { timeoutClauses } from "./cache-clauses/timeouts.js"
import { writingClauses } from "./cache-clauses/writing.js"
import type { Clause } from "./clause.js"

/** What people see of a backend through `Cache`, clause by clause, for caches with these options. */
export function cacheClauses(options: CacheOptions = {}): readonly Clause[] {
  return [...readingClauses, ...writingClauses, ...timeoutClauses, ...outageClauses].map((make) => make(options))
}
