import type { Backend, Milliseconds } from "@larder/core"
import { ChangeTracker, type Read } from "./change-tracker.js"

/** What is near for a key. */
export interface NearEntry {
  /** Whose format it is in; `undefined`: one that everybody reads. */
  readonly owner: symbol | undefined
  /** How often the news had been lost when it came here. */
  readonly epoch: number
  readonly packed: unknown
}

/** What may be kept near after a change: by key, packed by the owner. */
export interface Replacements {
  readonly owner: symbol | undefined
  readonly packed: ReadonlyMap<string, () => unknown>
  readonly ttl: Milliseconds | undefined
}

/** A change of the far store under way. */
export interface OpenChange<Kept = Replacements> {
  /**
   * To be called once, whatever came of the change. Leaves near what is given, unless another change met this one, and
   * nothing else of what was changed. Never rejects.
   */
  settle(kept?: Kept): Promise<void>
}

/**
 * The near store as far as it can be relied on. No entry is there longer than `nearTtl` after the far store was last known
 * to hold it. What the near store fails at is no error but a miss; while it may hold an entry that it failed to remove, it
 * is not used at all.
 */
export class NearStore {
  readonly nearTtl: Milliseconds
  /** The clock of everything that is near, in milliseconds. */
  readonly now: () => number
  readonly tracker: ChangeTracker = new ChangeTracker()
  /** How many reads were answered from near. */
  hits = 0
  readonly #near: Backend<unknown>
  #epoch = 0
  /** 0: it is used. */
  #unusedUntil = 0

  constructor(near: Backend<unknown>, nearTtl: Milliseconds, now: () => number) {
    this.#near = near
    this.nearTtl = nearTtl
    this.now = now
  }

  isUsable(): boolean {
    if (this.#unusedUntil === 0) return true
    if (this.now() < this.#unusedUntil) return false
    this.#unusedUntil = 0
    return true
  }

  /** Whether it is `getSync` that is to be asked. */
  get answersAtOnce(): boolean {
    return this.#near.getSync !== undefined
  }

  /** For `entryOf`, at once. */
  getSync(key: string): unknown {
    return this.#near.getSync?.(key)
  }

  /** For `entryOf`. */
  get(key: string): Promise<unknown> {
    return this.#near.get(key)
  }

  /** For `entryOf`, in the order of the keys. */
  getMany(keys: readonly string[]): Promise<readonly unknown[]> {
    return this.#near.getMany?.(keys) ?? Promise.all(keys.map((key) => this.#near.get(key)))
  }

  /** What the near store answered. */
  entryOf(answer: unknown): NearEntry | undefined {
    if (answer === undefined || this.#keepsObjects) return answer as NearEntry | undefined
    return { owner: undefined, epoch: this.#epoch, packed: answer }
  }

  /** Whether all news of changes since the entry came here has arrived, as far as is known. */
  isTrusted(entry: NearEntry): boolean {
    return entry.epoch === this.#epoch
  }

  /** Whether what the read brings can be kept. */
  isCurrent(read: Read): boolean {
    return this.isUsable() && this.tracker.isCurrent(read)
  }

  /** Puts near what a read brought, unless a change has overtaken it. Never rejects. */
  async fill(read: Read, packed: unknown, expiresAt: number): Promise<void> {
    if (!this.isCurrent(read)) return
    this.tracker.hold(read.key)
    await this.#put(read.key, read.owner, () => packed, Math.min(read.startedAt + this.nearTtl, expiresAt))
    this.tracker.release(read.key)
  }

  /** To be called before the far store is asked to change these entries. Reads go past near until it is settled. */
  startChange(keys: readonly string[]): OpenChange {
    const startedAt = this.now()
    for (const key of keys) {
      this.tracker.overtake(key)
      this.tracker.hold(key)
    }
    return {
      settle: async (kept) => {
        const expiresAt = startedAt + Math.min(this.nearTtl, kept?.ttl ?? Number.POSITIVE_INFINITY)
        await Promise.all(
          keys.map(async (key) => {
            const pack = kept?.packed.get(key)
            if (pack === undefined || this.tracker.isDisturbed(key)) await this.#remove(key)
            else await this.#put(key, kept?.owner, pack, expiresAt)
            this.tracker.release(key)
          }),
        )
      },
    }
  }

  /** The same for all entries whose keys start with the prefix. */
  startClear(prefix: string): OpenChange<never> {
    const release = this.tracker.holdPrefix(prefix)
    return {
      settle: async () => {
        await this.#clear(prefix)
        release()
      },
    }
  }

  /** Removes them because somebody else did, unless that is under way already: a flood of news costs one clear at a time. */
  drop(prefix: string): void {
    if (!this.tracker.isAllHeld(prefix)) void this.startClear(prefix).settle()
  }

  /**
   * From now on nothing that is near is trusted, nor what is being read or written: there may be changes that nobody told
   * of. A near store of bytes, which cannot tell what came when, is emptied.
   */
  distrust(): void {
    if (this.#keepsObjects) {
      this.#epoch += 1
      this.tracker.holdPrefix("")()
    } else this.drop("")
  }

  /** Never rejects. */
  async prune(): Promise<void> {
    await this.#near.prune?.().catch(() => 0)
  }

  /** From now on every read goes past it, and nothing is put there. */
  stop(): void {
    this.#unusedUntil = Number.POSITIVE_INFINITY
  }

  async close(): Promise<void> {
    await this.#near.close?.()
  }

  /** A store with a codec of its own keeps whatever object it is handed. */
  get #keepsObjects(): boolean {
    return this.#near.codec !== undefined
  }

  /** Only for a key that is held. */
  async #put(key: string, owner: symbol | undefined, pack: () => unknown, expiresAt: number): Promise<void> {
    const ttl = Math.floor(expiresAt - this.now())
    if (ttl >= 1 && this.isUsable()) {
      try {
        const packed = pack()
        const entry: NearEntry = { owner, epoch: this.#epoch, packed }
        await this.#near.set(key, this.#keepsObjects ? entry : packed, ttl)
        if (!this.tracker.isDisturbed(key)) return
      } catch {
        // There is no room for it, say. The entry before it must go all the same.
      }
    }
    await this.#remove(key)
  }

  async #remove(key: string): Promise<void> {
    if (this.#isStopped()) return
    try {
      await this.#near.delete(key)
    } catch {
      this.#leaveAlone()
    }
  }

  async #clear(prefix: string): Promise<void> {
    if (this.#isStopped()) return
    try {
      if (this.#near.clear === undefined) this.#leaveAlone()
      else await this.#near.clear(prefix)
    } catch {
      this.#leaveAlone()
    }
  }

  #isStopped(): boolean {
    return this.#unusedUntil === Number.POSITIVE_INFINITY
  }

  /** Until all that the near store holds has expired. */
  #leaveAlone(): void {
    if (this.#isStopped()) return
    this.#unusedUntil = this.now() + this.nearTtl + this.#near.capabilities.ttlResolution
  }
}
