import { inspect } from "node:util"
import { type Cache, type CachesControl, type Milliseconds, type Timeout, toTtl } from "@larder/core"
import { durationBuckets } from "./instruments.js"
import { StoreReports } from "./store-reports.js"

/** What the metrics for Prometheus and those for OpenTelemetry have in common. */
export interface MetricsOptions {
  /**
   * The caches whose stores are asked for their figures on each collection: what `createCaches` returned, or a list. Operations
   * are measured for all caches of the process, listed or not. Default: none.
   */
  readonly caches?: CachesControl | Iterable<Cache>
  /** How long a store may take to answer on a collection: seconds, or a string with a unit. Default: 1 second. */
  readonly statsTimeout?: Timeout
  /**
   * How many caches, by alias and backend, get series of their own. Those that are first used later are counted together, as
   * `_OTHER`. Default: 100.
   */
  readonly maxCaches?: number
  /** The upper bounds of the buckets of durations, in seconds, ascending. Default: 0.1 ms to 10 s in 15 steps. */
  readonly buckets?: readonly number[]
}

export interface MetricsSettings {
  readonly reports: StoreReports
  readonly maxCaches: number
  readonly buckets: readonly number[]
}

const names = ["caches", "statsTimeout", "maxCaches", "buckets"]
const LONGEST_TIMEOUT: Milliseconds = 60_000

/** The options with their defaults. Throws a `TypeError` that says what was expected. `own`: further names of options. */
export function settleMetricsOptions(options: MetricsOptions, own: readonly string[]): MetricsSettings {
  checkNames(options, [...own, ...names])
  const { caches, statsTimeout = 1, maxCaches = 100, buckets = durationBuckets } = options
  const timeout = toTtl(statsTimeout)
  if (timeout === undefined || timeout === 0 || timeout > LONGEST_TIMEOUT) {
    throw new TypeError(`statsTimeout must be longer than zero, and a minute at most; got ${inspect(statsTimeout)}`)
  }
  if (!Number.isSafeInteger(maxCaches) || maxCaches < 1) {
    throw new TypeError(`maxCaches must be an integer, 1 or more; got ${inspect(maxCaches)}`)
  }
  const ascending = buckets.every((bound, place) => Number.isFinite(bound) && bound > (buckets[place - 1] ?? 0))
  if (!ascending || buckets.length === 0) {
    throw new TypeError(`buckets must be seconds above zero, in ascending order; got ${inspect(buckets)}`)
  }
  return { reports: new StoreReports(listing(caches), timeout), maxCaches, buckets }
}

/** The caches at the time of asking. Those of `createCaches` are built when they are first used, which may fail. */
function listing(caches: CachesControl | Iterable<Cache> = []): () => readonly Cache[] {
  if (typeof caches === "object" && caches !== null) {
    if ("aliases" in caches) return () => caches.aliases.flatMap((alias) => used(caches, alias))
    if (Symbol.iterator in caches) {
      const all = [...caches]
      checkDifferent(all)
      return () => all
    }
  }
  throw new TypeError(
    `caches must be what createCaches returned, or a list of caches; got ${inspect(caches, { depth: -1 })}`,
  )
}

function used(caches: CachesControl, alias: string): Cache[] {
  try {
    return [caches.use(alias)]
  } catch {
    return []
  }
}

function checkDifferent(caches: readonly Cache[]): void {
  const known = new Set<string>()
  for (const { alias, backend } of caches) {
    const labels = JSON.stringify([alias, backend.name])
    if (known.has(labels)) {
      throw new TypeError(
        `caches has two with the alias "${alias}" and one backend, whose figures could not be told apart`,
      )
    }
    known.add(labels)
  }
}

/** Throws a `TypeError` for options that are no object, and for an option that is none. */
export function checkNames(options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The options must be an object; got ${inspect(options, { depth: -1 })}`)
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(`Unknown option ${unknown}; there are ${known.join(", ")}`)
}
