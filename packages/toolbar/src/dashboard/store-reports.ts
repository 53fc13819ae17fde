import { type BackendStats, type Cache, CacheError, type Milliseconds } from "@larder/core"

/** A store is asked at most this often, however many look. */
const askedEvery: Milliseconds = 5_000
/** What a store told this long ago is shown at once; whoever looks waits for anything older. */
const oldAfter: Milliseconds = 10_000
/** How long whoever looks waits for stores. */
const patience: Milliseconds = 1_000
/** How long a store may take. Remote ones have the cache's `operationTimeout`, too. */
const deadline: Milliseconds = 5_000

/** What a store says of itself. */
export type StoreReport =
  /** Its figures: those that it knows. */
  | { readonly state: "reports"; readonly at: string; readonly stats: BackendStats }
  /** It did not tell, or the cache could not be built. */
  | { readonly state: "fails"; readonly at: string; readonly error: string }
  /** It was asked and has not answered yet. */
  | { readonly state: "asked" }
  /** Its backend has no `stats`. */
  | { readonly state: "silent" }

/** A cache, and what its store says. */
export interface StoreView {
  /** The kind of store: `"redis"`. Absent if the cache could not be built. */
  readonly backend?: string
  /** Which store, without credentials, if the backend tells. */
  readonly location?: string
  readonly report: StoreReport
}

/**
 * Asks a store what it says of itself: only while somebody looks, at most once every five seconds, and not while an earlier
 * question is open. Never rejects.
 */
export class StoreReporter {
  readonly #open: () => Cache
  #cache: Cache | undefined
  #report: StoreReport = { state: "asked" }
  #askedAt: Milliseconds = Number.NEGATIVE_INFINITY
  #toldAt: Milliseconds = Number.NEGATIVE_INFINITY
  #answering: Promise<void> | undefined

  /** `open` is called when somebody looks: it may build the cache, and throw. */
  constructor(open: () => Cache) {
    this.#open = open
  }

  /** Resolves when there is something recent to show, and after a second at the latest. */
  async view(): Promise<StoreView> {
    this.#ask()
    if (this.#answering !== undefined && !this.#isOverdue && this.#since(this.#toldAt) > oldAfter) {
      await within(this.#answering, patience)
    }
    const report: StoreReport = this.#isOverdue ? this.#failure(`no answer within ${deadline / 1_000} s`) : this.#report
    const backend = this.#cache?.backend
    return {
      ...(backend && { backend: backend.name }),
      ...(backend?.location !== undefined && { location: backend.location }),
      report,
    }
  }

  get #isOverdue(): boolean {
    return this.#answering !== undefined && this.#since(this.#askedAt) >= deadline
  }

  #ask(): void {
    if (this.#answering !== undefined || this.#since(this.#askedAt) < askedEvery) return
    this.#askedAt = performance.now()
    this.#answering = this.#tell().then((report) => {
      this.#report = report
      this.#toldAt = performance.now()
      this.#answering = undefined
    })
  }

  async #tell(): Promise<StoreReport> {
    try {
      this.#cache ??= this.#open()
      return { state: "reports", at: new Date().toISOString(), stats: await this.#cache.stats() }
    } catch (error) {
      if (CacheError.is(error) && error.code === "LARDER_NOT_SUPPORTED") return { state: "silent" }
      return this.#failure(error instanceof Error ? error.message : String(error))
    }
  }

  #failure(error: string): StoreReport {
    return { state: "fails", at: new Date().toISOString(), error }
  }

  #since(time: Milliseconds): Milliseconds {
    return performance.now() - time
  }
}

async function within(work: Promise<void>, limit: Milliseconds): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const impatience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit)
  })
  await Promise.race([work, impatience])
  clearTimeout(timer)
}
