import { inspect } from "node:util"
import { type Cache, type CachesControl, type Milliseconds, type Timeout, toTtl } from "@larder/core"
import { durationBuckets } from "./instruments.js"
import { StoreReports } from "./store-reports.js"

/** The options of both `prometheusMetrics` and `openTelemetryMetrics`. */
export interface MetricsOptions {
  /**
   * The caches whose stores report their metrics on each collection: the result of `createCaches`, or a list. The operations of
   * all caches of the process are measured, whether they are listed or not. Default: none.
   */
  readonly caches?: CachesControl | Iterable<Cache>
  /** The time limit for a store to respond on a collection: seconds, or a string with a unit. Default: 1 second. */
  readonly statsTimeout?: Timeout
  /**
   * The number of caches, by alias and backend, that have their own series. Caches first used later are counted together as
   * `_OTHER`. Default: 100.
   */
  readonly maxCaches?: number
  /** The upper bounds of the duration buckets, in seconds and in ascending order. Default: 15 buckets, 0.1 ms to 10 s. */
  readonly buckets?: readonly number[]
}

export interface MetricsSettings {
  readonly reports: StoreReports
  readonly maxCaches: number
  readonly buckets: readonly number[]
}

const commonNames = ["caches", "statsTimeout", "maxCaches", "buckets"]
const MAX_TIMEOUT: Milliseconds = 60_000

/** Applies the defaults. Throws a `TypeError` for invalid options. `ownNames` are the names of additional options. */
export function resolveMetricsOptions(options: MetricsOptions, ownNames: readonly string[]): MetricsSettings {
  checkNames(options, [...ownNames, ...commonNames])
  const { caches, statsTimeout = 1, maxCaches = 100, buckets = durationBuckets } = options
  const timeout = toTtl(statsTimeout)
  if (timeout === undefined || timeout === 0 || timeout > MAX_TIMEOUT) {
    throw new TypeError(`statsTimeout must be longer than zero and at most a minute; got ${inspect(statsTimeout)}`)
  }
  if (!Number.isSafeInteger(maxCaches) || maxCaches < 1) {
    throw new TypeError(`maxCaches must be an integer of at least 1; got ${inspect(maxCaches)}`)
  }
  const ascending = buckets.every((bound, index) => Number.isFinite(bound) && bound > (buckets[index - 1] ?? 0))
  if (!ascending || buckets.length === 0) {
    throw new TypeError(`buckets must be positive numbers in ascending order; got ${inspect(buckets)}`)
  }
  return { reports: new StoreReports(listerOf(caches), timeout), maxCaches, buckets }
}

/** Returns a function that lists the caches. It builds those of `createCaches`, and leaves out those that cannot be built. */
function listerOf(caches: CachesControl | Iterable<Cache> = []): () => readonly Cache[] {
  if (typeof caches === "object" && caches !== null) {
    if ("aliases" in caches) return () => caches.aliases.flatMap((alias) => builtCache(caches, alias))
    if (Symbol.iterator in caches) {
      const all = [...caches]
      checkDistinct(all)
      return () => all
    }
  }
  throw new TypeError(
    `caches must be the result of createCaches, or a list of caches; got ${inspect(caches, { depth: -1 })}`,
  )
}

function builtCache(caches: CachesControl, alias: string): Cache[] {
  try {
    return [caches.use(alias)]
  } catch {
    return []
  }
}

function checkDistinct(caches: readonly Cache[]): void {
  const known = new Set<string>()
  for (const { alias, backend } of caches) {
    const labels = JSON.stringify([alias, backend.name])
    if (known.has(labels)) {
      throw new TypeError(
        `Two caches have the alias "${alias}" and the same backend, so their metrics would be indistinguishable`,
      )
    }
    known.add(labels)
  }
}

/** Throws a `TypeError` if the options are not an object, or have an unknown name. */
export function checkNames(options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The options must be an object; got ${inspect(options, { depth: -1 })}`)
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(`Unknown option ${unknown}; the options are ${known.join(", ")}`)
}
