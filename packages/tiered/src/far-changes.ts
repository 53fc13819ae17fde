import type { Change } from "./bus.js"
import type { NearStore, OpenChange } from "./near-store.js"
import type { Kept, NearTier } from "./near-tier.js"
import type { News } from "./news.js"

/** What the result of a far call tells about the change. */
export interface Effect<Stored> {
  /** Whether other handles must be notified. */
  readonly changed: boolean
  /** What the far store holds now, if known. */
  readonly kept?: Kept<Stored>
}

/**
 * Changes of the far store. The far call comes first and alone decides; then other handles are notified, and the near
 * entry is replaced or removed. Meanwhile, this handle reads the key from the far store.
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

  /** Changes these entries. */
  run<Answer>(
    keys: readonly string[],
    work: () => Promise<Answer>,
    effectOf: (answer: Answer) => Effect<Stored>,
  ): Promise<Answer> {
    return this.#run({ keys }, this.#near.startChange(keys), work, effectOf)
  }

  /** Removes all entries whose keys start with the prefix. */
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
      // The change may have taken effect. The caller has waited for the store already, so it does not wait for the bus.
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
