import type { Change } from "./bus.js"
import type { NearStore, OpenChange } from "./near-store.js"
import type { Kept, NearTier } from "./near-tier.js"
import type { News } from "./news.js"

/** What an answer of the far store says about a change. */
export interface Effect<Stored> {
  /** Whether other handles have to know. */
  readonly changed: boolean
  /** What the far store then holds, where that is known. */
  readonly kept?: Kept<Stored>
}

/**
 * Changes of the far store. It is asked first and alone decides; then other handles are told, and the near entry is
 * replaced or removed. From the call on no read of this handle is answered with what is near already.
 */
export class FarChanges<Stored> {
  readonly #nearStore: NearStore
  readonly #near: NearTier<Stored>
  readonly #news: News

  constructor(nearStore: NearStore, near: NearTier<Stored>, news: News) {
    this.#nearStore = nearStore
    this.#near = near
    this.#news = news
  }

  /** A change of these entries. */
  run<Answer>(
    keys: readonly string[],
    work: () => Promise<Answer>,
    effectOf: (answer: Answer) => Effect<Stored>,
  ): Promise<Answer> {
    return this.#run({ keys }, this.#near.startChange(keys), work, effectOf)
  }

  /** The removal of all entries whose keys start with the prefix. */
  clear(prefix: string, work: () => Promise<void>): Promise<void> {
    return this.#run({ prefix }, this.#nearStore.startClear(prefix), work, () => ({ changed: true }))
  }

  async #run<Answer>(
    change: Change,
    open: OpenChange<Kept<Stored>>,
    work: () => Promise<Answer>,
    effectOf: (answer: Answer) => Effect<Stored>,
  ): Promise<Answer> {
    let answer: Answer
    try {
      answer = await work()
    } catch (error) {
      // It may have been done all the same. The caller has waited long enough for the store not to wait for the bus.
      void this.#news.tell(change)
      await open.settle()
      throw error
    }
    const { changed, kept } = effectOf(answer)
    const told = changed ? this.#news.tell(change) : undefined
    await open.settle(kept)
    await told
    return answer
  }
}
