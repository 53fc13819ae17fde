import { type BackendStats, type Cache, CacheError, type CacheErrorCode, type Milliseconds } from "@larder/core"
import type { StoreMetric } from "./instruments.js"
import type { Labels } from "./series.js"

/** The metrics of one store. Unknown ones are absent. If the store failed, only `up` is present. */
export interface StoreReport {
  readonly labels: Labels
  readonly metrics: Readonly<Partial<Record<StoreMetric, number>>>
}

/** Queries the stores of caches for their metrics on each collection. */
export class StoreReports {
  readonly #caches: () => readonly Cache[]
  readonly #timeout: Milliseconds
  readonly #pending = new Map<Cache, Promise<StoreReport | undefined>>()

  /** `caches` is called on each collection. */
  constructor(caches: () => readonly Cache[], timeout: Milliseconds) {
    this.#caches = caches
    this.#timeout = timeout
  }

  /**
   * Never rejects. Leaves out stores without metrics. A collection during a query waits for its result, so that a store that
   * hangs gets only one query.
   */
  async collect(): Promise<readonly StoreReport[]> {
    const reports = await Promise.all(this.#caches().map((cache) => this.#report(cache)))
    return reports.filter((report) => report !== undefined)
  }

  #report(cache: Cache): Promise<StoreReport | undefined> {
    const labels = { alias: cache.alias, backend: cache.backend.name }
    const report = this.#pending.get(cache) ?? this.#query(cache, labels)
    return within(report, this.#timeout, { labels, metrics: { up: 0 } })
  }

  #query(cache: Cache, labels: Labels): Promise<StoreReport | undefined> {
    const report = reportOf(cache, labels).finally(() => this.#pending.delete(cache))
    this.#pending.set(cache, report)
    return report
  }
}

/** Errors that do not mean that the store failed. */
const ignoredCodes: ReadonlySet<CacheErrorCode> = new Set(["LARDER_CLOSED", "LARDER_NOT_SUPPORTED"])

async function reportOf(cache: Cache, labels: Labels): Promise<StoreReport | undefined> {
  try {
    return { labels, metrics: { up: 1, ...metricsOf(await cache.stats()) } }
  } catch (error) {
    const isIgnored = CacheError.is(error) && ignoredCodes.has(error.code)
    return isIgnored ? undefined : { labels, metrics: { up: 0 } }
  }
}

function metricsOf({ entries, bytes, hits, misses, evictions }: BackendStats): StoreReport["metrics"] {
  const metrics = { entries, size: bytes, hits, misses, evictions }
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)))
}

/** Resolves with `fallback` if `work` takes longer than `limit`. */
async function within<Result>(work: Promise<Result>, limit: Milliseconds, fallback: Result): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Result>((resolve) => {
    timer = setTimeout(resolve, limit, fallback).unref()
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
