import type { CacheOptions } from "@larder/core"
import { lockClauses } from "./cache-clauses/locks.js"
import { namespaceClauses } from "./cache-clauses/namespaces.js"
import { outageClauses } from "./cache-clauses/outages.js"
import { cacheProcessesClauses } from "./cache-clauses/processes.js"
import { readingClauses } from "./cache-clauses/reading.js"
import { refreshClauses } from "./cache-clauses/refresh.js"
import { tagClauses } from "./cache-clauses/tags.js"
import { timeoutClauses } from "./cache-clauses/timeouts.js"
import { writingClauses } from "./cache-clauses/writing.js"
import type { Clause } from "./clause.js"

const makers = [
  ...readingClauses,
  ...writingClauses,
  ...timeoutClauses,
  ...tagClauses,
  ...namespaceClauses,
  ...refreshClauses,
  ...lockClauses,
  ...cacheProcessesClauses,
  ...outageClauses,
]

/** The clauses about `Cache`, in the order of `CONTRACT.md`, for caches with these options. */
export function cacheClauses(options: CacheOptions = {}): readonly Clause[] {
  return makers.map((make) => make(options))
}
