import type { Milliseconds, Operation } from "@larder/core"
import type { CallLog, LoggedCall } from "./call-log.js"
import { type PageFate, pageFate } from "./page-fate.js"
import type { ProducerCosts } from "./producer-costs.js"
import { Tally, timeOf } from "./tally.js"
import type { TimesLeft } from "./time-left.js"

/** `shared`: another caller was computing the value, and this one waited for it. `running`: it had not ended. */
export type Outcome = "hit" | "stale" | "miss" | "partial" | "shared" | "done" | "error" | "running"

/** One call, as the panel shows it. */
export interface CallRow {
  readonly operation: string
  readonly alias: string
  readonly layer: string
  readonly keys: readonly string[]
  readonly outcome: Outcome
  /** Of a read that found a part of its keys: how many. */
  readonly found: number | undefined
  /** What the store, or a producer, threw. */
  readonly error: string | undefined
  readonly bytes: number | undefined
  /** Of a read: how long the first of its entries is still kept; of a write, how long it was from then on. `null`: for ever. */
  readonly left: Milliseconds | null | undefined
  /** In the cache: without the producer. */
  readonly time: Milliseconds | undefined
  /** What computing the value took. */
  readonly producer: Milliseconds | undefined
  /** What it took to compute what was found, when that was last seen, less what reading it took. */
  readonly saved: Milliseconds | undefined
  readonly site: string | undefined
  /** The calls of the store that it was made of: `get`, `add`. */
  readonly parts: readonly Operation[]
  /** How many reads of the same entry came before it in this request. */
  readonly repeats: number
}

/** Reads that one call could have made. */
export interface BatchHint {
  readonly operation: string
  readonly batched: string
  readonly alias: string
  readonly site: string
  readonly count: number
}

/** Everything the panel shows of one request. */
export interface CallReport {
  readonly rows: readonly CallRow[]
  /** Calls beyond those in `rows`. */
  readonly others: number
  readonly total: Tally
  /** Of all `rows`. */
  readonly saved: Milliseconds
  readonly byAlias: readonly (readonly [alias: string, tally: Tally])[]
  /** Reads of an entry that had been read before. */
  readonly repeated: number
  readonly hints: readonly BatchHint[]
  /** What a page cache did; `undefined`: there is none, as far as known. */
  readonly page: PageFate | undefined
}

const lowLevel = "low-level"
/** From so many on, one batch is worth a note. */
const fewestForBatch = 3
const batches: ReadonlyMap<string, string> = new Map([
  ["get", "getMany"],
  ["has", "getMany"],
  ["getOrSet", "getOrSetMany"],
  ["set", "setMany"],
  ["delete", "deleteMany"],
])
const reads: ReadonlySet<string> = new Set(["get", "getMany", "getOrSet", "getOrSetMany", "has"])

/**
 * Sums up what was logged. `times` is what the stores said of the entries that were read, `cacheStatus` that header of the
 * response.
 */
export function reportOf(log: CallLog, times: TimesLeft, cacheStatus?: string): CallReport {
  const parts = partsByParent(log.calls)
  const seen = new Map<string, number>()
  const rows = log.calls
    .filter(({ operation }) => operation.parent === undefined)
    .map((call) => rowOf(call, parts.get(call.operation) ?? [], times, log.costs, repeatsOf(call.operation, seen)))
  const total = new Tally()
  for (const tally of log.tallies.values()) total.addAll(tally)
  return {
    rows,
    others: log.begun - rows.length,
    total,
    saved: rows.reduce((sum, { saved = 0 }) => sum + saved, 0),
    byAlias: [...log.tallies],
    repeated: rows.filter(({ repeats }) => repeats > 0).length,
    hints: hintsFor(rows),
    page: pageFate(log.pageEvents, cacheStatus),
  }
}

function partsByParent(calls: readonly LoggedCall[]): Map<Operation, Operation[]> {
  const parts = new Map<Operation, Operation[]>()
  for (const { operation } of calls) {
    const { parent } = operation
    if (parent === undefined) continue
    const known = parts.get(parent)
    if (known === undefined) parts.set(parent, [operation])
    else known.push(operation)
  }
  return parts
}

/** How often the most repeated entry of a read was read before; counts it in. */
function repeatsOf({ operation, alias, finalKeys = [] }: Operation, seen: Map<string, number>): number {
  if (!reads.has(operation)) return 0
  const counts = finalKeys.map((finalKey) => {
    const entry = `${alias}\n${finalKey}`
    const before = seen.get(entry) ?? 0
    seen.set(entry, before + 1)
    return before
  })
  return Math.max(0, ...counts)
}

function rowOf(
  { operation: call, site }: LoggedCall,
  parts: readonly Operation[],
  times: TimesLeft,
  costs: ProducerCosts,
  repeats: number,
): CallRow {
  const { operation, alias, keys, layer = lowLevel, hits, error, duration, producer } = call
  const own = [call, ...parts]
  const outcome = outcomeOf(call)
  return {
    operation,
    alias,
    layer,
    keys,
    outcome,
    found: outcome === "partial" ? hits?.filter(Boolean).length : undefined,
    error: error === undefined ? undefined : error instanceof Error ? error.message : String(error),
    bytes: own.findLast(({ bytes = 0 }) => bytes > 0)?.bytes,
    left: timeLeftOf(own, times),
    time: duration === undefined ? undefined : timeOf(call),
    producer,
    saved: savedBy(call, costs),
    site,
    parts,
    repeats,
  }
}

function savedBy(call: Operation, costs: ProducerCosts): Milliseconds | undefined {
  const cost = costs.costOf(call)
  return cost === undefined ? undefined : Math.max(0, cost - timeOf(call))
}

function outcomeOf({ operation, duration, error, hits, producer, stale }: Operation): Outcome {
  if (error !== undefined) return "error"
  if (duration === undefined) return "running"
  if (hits === undefined) return "done"
  if (stale === true) return "stale"
  if (hits.every(Boolean)) return "hit"
  if (hits.some(Boolean)) return "partial"
  return operation === "getOrSet" && producer === undefined ? "shared" : "miss"
}

/** What a write said, else what the store says now of the first entry that was found. */
function timeLeftOf(own: readonly Operation[], times: TimesLeft): Milliseconds | null | undefined {
  const written = own.findLast(({ ttl }) => ttl !== undefined)
  if (written !== undefined) return written.ttl
  for (const { alias, finalKeys = [], hits = [] } of own) {
    const found = finalKeys.find((_finalKey, index) => hits[index] === true)
    if (found !== undefined) return times.of(alias, found)
  }
  return undefined
}

/** Calls at one place of the application for different keys. */
function hintsFor(rows: readonly CallRow[]): BatchHint[] {
  const groups = new Map<string, { readonly hint: Omit<BatchHint, "count">; readonly keys: Set<string> }>()
  for (const { operation, alias, layer, site, keys } of rows) {
    const batched = batches.get(operation)
    // Fragments and pages call from one place for all of their keys.
    if (batched === undefined || site === undefined || layer !== lowLevel) continue
    const place = [operation, alias, site].join("\n")
    const group = groups.get(place) ?? { hint: { operation, batched, alias, site }, keys: new Set() }
    for (const key of keys) group.keys.add(key)
    groups.set(place, group)
  }
  return [...groups.values()]
    .filter(({ keys }) => keys.size >= fewestForBatch)
    .map(({ hint, keys }) => ({ ...hint, count: keys.size }))
}
