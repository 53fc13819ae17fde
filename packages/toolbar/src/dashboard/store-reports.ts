import { type BackendStats, type Cache, CacheError, type Milliseconds } from "@larder/core"
import { waitAtMost } from "../wait-at-most.js"

/** The minimum time between two queries of a store. */
const minInterval: Milliseconds = 5_000
/** A report older than this is not shown without waiting for a new one. */
const maxAge: Milliseconds = 10_000
/** How long a view waits for the store. */
const maxWait: Milliseconds = 1_000
/** How long a query may take before the store counts as failed. The cache's `operationTimeout` may end it earlier. */
const queryTimeout: Milliseconds = 5_000

/** What a store reports. */
export type StoreReport =
  /** The figures that the store knows. */
  | { readonly state: "available"; readonly at: string; readonly stats: BackendStats }
  /** The query failed, or the cache could not be built. */
  | { readonly state: "failed"; readonly at: string; readonly error: string }
  /** The store has not responded yet. */
  | { readonly state: "pending" }
  /** The backend has no `stats` method. */
  | { readonly state: "unsupported" }

/** A store, and its report. */
export interface StoreView {
  /** The name of the backend: `"redis"`. Absent if the cache could not be built. */
  readonly backend?: string
  /** The location of the store without credentials, if the backend knows it. */
  readonly location?: string
  readonly report: StoreReport
}

/**
 * Queries a store for its figures when they are viewed: at most once every five seconds, and never while an earlier query is
 * still running. Never rejects.
 */
export class StoreReporter {
  readonly #open: () => Cache
  #cache: Cache | undefined
  #report: StoreReport = { state: "pending" }
  #queriedAt: Milliseconds = Number.NEGATIVE_INFINITY
  #reportedAt: Milliseconds = Number.NEGATIVE_INFINITY
  #query: Promise<void> | undefined

  /** `open` is called by the first view. It may build the cache, and throw. */
  constructor(open: () => Cache) {
    this.#open = open
  }

  /** Resolves when there is a recent report, and after a second at the latest. */
  async view(): Promise<StoreView> {
    this.#startQuery()
    if (this.#query !== undefined && !this.#isOverdue && elapsedSince(this.#reportedAt) > maxAge) {
      await waitAtMost(maxWait, this.#query)
    }
    const report = this.#isOverdue ? failure(`no response within ${queryTimeout / 1_000} s`) : this.#report
    const backend = this.#cache?.backend
    return {
      ...(backend && { backend: backend.name }),
      ...(backend?.location !== undefined && { location: backend.location }),
      report,
    }
  }

  get #isOverdue(): boolean {
    return this.#query !== undefined && elapsedSince(this.#queriedAt) >= queryTimeout
  }

  #startQuery(): void {
    if (this.#query !== undefined || elapsedSince(this.#queriedAt) < minInterval) return
    this.#queriedAt = performance.now()
    this.#query = this.#fetchReport().then((report) => {
      this.#report = report
      this.#reportedAt = performance.now()
      this.#query = undefined
    })
  }

  async #fetchReport(): Promise<StoreReport> {
    try {
      this.#cache ??= this.#open()
      return { state: "available", at: new Date().toISOString(), stats: numbersIn(await this.#cache.stats()) }
    } catch (error) {
      if (CacheError.is(error) && error.code === "LARDER_NOT_SUPPORTED") return { state: "unsupported" }
      return failure(error instanceof Error ? error.message : String(error))
    }
  }
}

/** Without figures that are no numbers, such as the texts and BigInts that drivers of databases return for counts. */
function numbersIn(stats: BackendStats): BackendStats {
  return Object.fromEntries(Object.entries(stats).filter(([, figure]) => Number.isFinite(figure)))
}

function failure(error: string): StoreReport {
  return { state: "failed", at: new Date().toISOString(), error }
}

function elapsedSince(time: Milliseconds): Milliseconds {
  return performance.now() - time
}
