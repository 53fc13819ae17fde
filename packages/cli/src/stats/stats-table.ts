import { ABSENT, bytesText, countText, percentText, rateText } from "../figure-text.js"
import { type Column, textTable } from "../text-table.js"
import type { StatsChange } from "./stats-change.js"
import type { StoreStats } from "./store-stats.js"

/** The statistics of a store, and their change if they were read before. */
export interface ShownStats extends StoreStats {
  readonly change?: StatsChange | undefined
}

type Cell = Column & { readonly text: (stats: ShownStats) => string }

const name: Cell = { title: "cache", align: "left", text: ({ cache }) => cache }
const backend: Cell = { title: "backend", align: "left", text: (stats) => stats.backend ?? ABSENT }
const entries: Cell = { title: "entries", align: "right", text: (stats) => countText(stats.entries) }
const bytes: Cell = { title: "bytes", align: "right", text: (stats) => bytesText(stats.bytes) }

/** Counts since the store was started. */
const totals: readonly Cell[] = [
  name,
  backend,
  entries,
  bytes,
  { title: "hits", align: "right", text: ({ hits }) => countText(hits) },
  { title: "misses", align: "right", text: ({ misses }) => countText(misses) },
  { title: "hit rate", align: "right", text: ({ hitRate }) => percentText(hitRate) },
  { title: "evictions", align: "right", text: ({ evictions }) => countText(evictions) },
]

/** Rates since the last reading. */
const changes: readonly Cell[] = [
  name,
  backend,
  entries,
  bytes,
  { title: "reads/s", align: "right", text: ({ change }) => rateText(change?.readsPerSecond) },
  { title: "hit rate", align: "right", text: ({ change }) => percentText(change?.hitRate) },
  { title: "evictions/s", align: "right", text: ({ change }) => rateText(change?.evictionsPerSecond) },
]

/** Returns a table of the stores that answered; no lines if none did. */
export function statsTable(stores: readonly ShownStats[], shows: "totals" | "changes"): string[] {
  const cells = shows === "totals" ? totals : changes
  const answered = stores.filter(({ ok }) => ok)
  if (answered.length === 0) return []
  return textTable(
    cells,
    answered.map((stats) => cells.map(({ text }) => text(stats))),
  )
}

/** Returns a line for each store that did not answer. */
export function statsFailures(stores: readonly ShownStats[]): string[] {
  return stores.flatMap(({ cache, error }) => (error === undefined ? [] : [`${cache}: ${error}`]))
}
