import type { Milliseconds, Operation } from "@larder/core"
import type { CallLog, LoggedCall } from "./call-log.js"
import { entryId } from "./entry-id.js"
import { isLookup } from "./lookups.js"
import { type PageOutcome, pageOutcome } from "./page-outcome.js"
import type { ProducerCosts } from "./producer-costs.js"
import { Tally, timeInCache } from "./tally.js"
import type { TimesLeft } from "./time-left.js"

/** `shared`: the call waited for a value that another caller was computing. `running`: the call has not ended. */
export type Outcome = "hit" | "stale" | "miss" | "partial" | "shared" | "done" | "error" | "running"

/** One row of the panel. */
export interface CallRow {
  readonly operation: string
  readonly alias: string
  readonly layer: string
  readonly keys: readonly string[]
  readonly outcome: Outcome
  /** If the outcome is `partial`: the number of keys found. */
  readonly found: number | undefined
  /** The message of the error of the store or the producer. */
  readonly error: string | undefined
  readonly bytes: number | undefined
  /** For reads, the time left of the first entry found; for writes, the ttl written. `null`: never expires. */
  readonly left: Milliseconds | null | undefined
  /** Without the time of the producer. */
  readonly time: Milliseconds | undefined
  /** How long the producer took. */
  readonly producer: Milliseconds | undefined
  /** The time that a hit saved: what its producer took when it last ran, less the time of the hit. */
  readonly saved: Milliseconds | undefined
  readonly site: string | undefined
  /** The operations that the call consists of, such as `get` and `add`. */
  readonly parts: readonly Operation[]
  /** How often this request had read the same entry before. */
  readonly repeats: number
}

/** Calls that one batch call could replace. */
export interface BatchHint {
  readonly operation: string
  readonly batched: string
  readonly alias: string
  readonly site: string
  readonly count: number
}

/** The content of the panel of one request. */
export interface CallReport {
  readonly rows: readonly CallRow[]
  /** The number of calls that are not in `rows`. */
  readonly unlisted: number
  readonly total: Tally
  /** The sum over all `rows`. */
  readonly saved: Milliseconds
  readonly byAlias: readonly (readonly [alias: string, tally: Tally])[]
  /** The number of reads of entries that the request had read before. */
  readonly repeated: number
  readonly hints: readonly BatchHint[]
  /** `undefined`: no page cache was involved, as far as is known. */
  readonly page: PageOutcome | undefined
}

const lowLevel = "low-level"
/** The number of keys from which a batch is suggested. */
const minBatchKeys = 3
const batchOperations: ReadonlyMap<string, string> = new Map([
  ["get", "getMany"],
  ["has", "getMany"],
  ["getOrSet", "getOrSetMany"],
  ["set", "setMany"],
  ["delete", "deleteMany"],
])

/**
 * Summarizes a log. `times` has the time left of the entries that were read, and `cacheStatus` is the `Cache-Status` header of
 * the response.
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
    unlisted: log.callCount - rows.length,
    total,
    saved: rows.reduce((sum, { saved = 0 }) => sum + saved, 0),
    byAlias: [...log.tallies],
    repeated: rows.filter(({ repeats }) => repeats > 0).length,
    hints: hintsFor(rows),
    page: pageOutcome(log.pageEvents, cacheStatus),
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

/** The number of earlier reads of the entry that was read most often. Adds this read to `seen`. */
function repeatsOf({ operation, alias, finalKeys = [] }: Operation, seen: Map<string, number>): number {
  if (!isLookup(operation)) return 0
  let most = 0
  for (const finalKey of finalKeys) {
    const entry = entryId(alias, finalKey)
    const before = seen.get(entry) ?? 0
    seen.set(entry, before + 1)
    most = Math.max(most, before)
  }
  return most
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
    time: duration === undefined ? undefined : timeInCache(call),
    producer,
    saved: savedBy(call, costs),
    site,
    parts,
    repeats,
  }
}

function savedBy(call: Operation, costs: ProducerCosts): Milliseconds | undefined {
  const cost = costs.costOf(call)
  return cost === undefined ? undefined : Math.max(0, cost - timeInCache(call))
}

function outcomeOf({ operation, duration, error, hits, producer, stale }: Operation): Outcome {
  if (error !== undefined) return "error"
  if (duration === undefined) return "running"
  if (hits === undefined || hits.length === 0) return "done"
  if (stale === true) return "stale"
  if (hits.every(Boolean)) return "hit"
  if (hits.some(Boolean)) return "partial"
  return operation === "getOrSet" && producer === undefined ? "shared" : "miss"
}

/** The ttl of a write, or else the time left of the first entry found. */
function timeLeftOf(own: readonly Operation[], times: TimesLeft): Milliseconds | null | undefined {
  const written = own.findLast(({ ttl }) => ttl !== undefined)
  if (written !== undefined) return written.ttl
  for (const { alias, finalKeys = [], hits = [] } of own) {
    const found = finalKeys.find((_finalKey, index) => hits[index] === true)
    if (found !== undefined) return times.get(entryId(alias, found))
  }
  return undefined
}

/** Finds call sites that make single calls for several keys. */
function hintsFor(rows: readonly CallRow[]): BatchHint[] {
  const groups = new Map<string, { readonly hint: Omit<BatchHint, "count">; readonly keys: Set<string> }>()
  for (const { operation, alias, layer, site, keys } of rows) {
    const batched = batchOperations.get(operation)
    // All calls for pages and fragments have the same call site.
    if (batched === undefined || site === undefined || layer !== lowLevel) continue
    const groupId = [operation, alias, site].join("\n")
    const group = groups.get(groupId) ?? { hint: { operation, batched, alias, site }, keys: new Set() }
    for (const key of keys) group.keys.add(key)
    groups.set(groupId, group)
  }
  return [...groups.values()]
    .filter(({ keys }) => keys.size >= minBatchKeys)
    .map(({ hint, keys }) => ({ ...hint, count: keys.size }))
}
