import { type BackendStats, type Cache, CacheError, type CacheErrorCode, type Milliseconds } from "@larder/core"
import type { StoreFigure } from "./instruments.js"
import type { Labels } from "./series.js"

/** What one store said about itself. What it does not know is absent; if it failed, all but `up` is. */
export interface StoreReport {
  readonly labels: Labels
  readonly figures: Readonly<Partial<Record<StoreFigure, number>>>
}

/** Asks the stores of caches for their figures, whenever metrics are collected. */
export class StoreReports {
  readonly #caches: () => readonly Cache[]
  readonly #timeout: Milliseconds
  readonly #asked = new Map<Cache, Promise<StoreReport | undefined>>()

  /** `caches` is called on each collection. */
  constructor(caches: () => readonly Cache[], timeout: Milliseconds) {
    this.#caches = caches
    this.#timeout = timeout
  }

  /**
   * Never rejects. Stores that cannot tell are left out. Who asks while a store is being asked waits for the same answer, so
   * that a store that hangs has one call at most.
   */
  async ask(): Promise<readonly StoreReport[]> {
    const reports = await Promise.all(this.#caches().map((cache) => this.#report(cache)))
    return reports.filter((report) => report !== undefined)
  }

  #report(cache: Cache): Promise<StoreReport | undefined> {
    const labels = { alias: cache.alias, backend: cache.backend.name }
    const answer = this.#asked.get(cache) ?? this.#begin(cache, labels)
    return within(answer, this.#timeout, { labels, figures: { up: 0 } })
  }

  #begin(cache: Cache, labels: Labels): Promise<StoreReport | undefined> {
    const answer = reportOf(cache, labels).finally(() => this.#asked.delete(cache))
    this.#asked.set(cache, answer)
    return answer
  }
}

/** These say nothing about the store. */
const silent: ReadonlySet<CacheErrorCode> = new Set(["LARDER_CLOSED", "LARDER_NOT_SUPPORTED"])

async function reportOf(cache: Cache, labels: Labels): Promise<StoreReport | undefined> {
  try {
    return { labels, figures: { up: 1, ...figuresOf(await cache.stats()) } }
  } catch (error) {
    const isSilent = CacheError.is(error) && silent.has(error.code)
    return isSilent ? undefined : { labels, figures: { up: 0 } }
  }
}

function figuresOf({ entries, bytes, hits, misses, evictions }: BackendStats): StoreReport["figures"] {
  const figures = { entries, size: bytes, hits, misses, evictions }
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => Number.isFinite(figure)))
}

async function within<Answer>(answer: Promise<Answer>, limit: Milliseconds, otherwise: Answer): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Answer>((resolve) => {
    timer = setTimeout(resolve, limit, otherwise).unref()
  })
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
