import type { Backend, Milliseconds } from "@larder/core"
import { ChangeTracker, type Read } from "./change-tracker.js"

/** An entry of the near store. */
export interface NearEntry {
  /** The owner of its format; `undefined`: every user reads it. */
  readonly owner: symbol | undefined
  /** The epoch in which it was stored; see `distrust`. */
  readonly epoch: number
  readonly packed: unknown
}

/** Values to store near after a change, by key, packed for the owner. */
export interface Replacements {
  readonly owner: symbol | undefined
  readonly packed: ReadonlyMap<string, () => unknown>
  readonly ttl: Milliseconds | undefined
}

/** A pending change of the far store. */
export interface OpenChange<Kept = Replacements> {
  /**
   * Call it once, however the change ended. Stores the given values near, except where another change overlapped, and
   * removes all other near entries that were changed. Never rejects.
   */
  settle(kept?: Kept): Promise<void>
}

/**
 * The near store. No entry stays longer than `nearTtl` after the far store was last known to hold it. Errors of the near
 * store count as misses; while it may still hold an entry that it failed to remove, it is not used at all.
 */
export class NearStore {
  readonly nearTtl: Milliseconds
  /** The clock of near entries, in milliseconds. */
  readonly now: () => number
  readonly tracker: ChangeTracker = new ChangeTracker()
  /** The number of near hits. */
  hits = 0
  readonly #near: Backend<unknown>
  #epoch = 0
  /** 0: it is in use. */
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

  /** Whether the near store has `getSync`. */
  get answersAtOnce(): boolean {
    return this.#near.getSync !== undefined
  }

  /** Reads an entry for `entryOf`, synchronously. */
  getSync(key: string): unknown {
    return this.#near.getSync?.(key)
  }

  /** Reads an entry for `entryOf`. */
  get(key: string): Promise<unknown> {
    return this.#near.get(key)
  }

  /** Reads entries for `entryOf`, in the order of the keys. */
  getMany(keys: readonly string[]): Promise<readonly unknown[]> {
    return this.#near.getMany?.(keys) ?? Promise.all(keys.map((key) => this.#near.get(key)))
  }

  /** Converts what the near store returned. */
  entryOf(answer: unknown): NearEntry | undefined {
    if (answer === undefined || this.#keepsObjects) return answer as NearEntry | undefined
    return { owner: undefined, epoch: this.#epoch, packed: answer }
  }

  /** True if no message may have been lost since the entry was stored. */
  isTrusted(entry: NearEntry): boolean {
    return entry.epoch === this.#epoch
  }

  /** True if the result of the read can be stored. */
  isCurrent(read: Read): boolean {
    return this.isUsable() && this.tracker.isCurrent(read)
  }

  /** Stores the result of a read, unless a change has overtaken it. Never rejects. */
  async fill(read: Read, packed: unknown, expiresAt: number): Promise<void> {
    if (!this.isCurrent(read)) return
    this.tracker.hold(read.key)
    await this.#put(read.key, read.owner, () => packed, Math.min(read.startedAt + this.nearTtl, expiresAt))
    this.tracker.release(read.key)
  }

  /** Call it before changing these entries in the far store. Until it is settled, reads bypass the near store. */
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

  /** As `startChange`, for all entries whose keys start with the prefix. */
  startClear(prefix: string): OpenChange<never> {
    const release = this.tracker.holdPrefix(prefix)
    return {
      settle: async () => {
        await this.#clear(prefix)
        release()
      },
    }
  }

  /** Removes entries that another handle removed, unless that is pending: a flood of messages causes one clear at a time. */
  drop(prefix: string): void {
    if (!this.tracker.isAllHeld(prefix)) void this.startClear(prefix).settle()
  }

  /**
   * Messages may have been lost: near entries, and the results of pending reads and writes, are no longer trusted. A near
   * store of bytes cannot record epochs, so it is cleared.
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

  /** From now on, reads bypass the near store, and nothing is stored in it. */
  stop(): void {
    this.#unusedUntil = Number.POSITIVE_INFINITY
  }

  async close(): Promise<void> {
    await this.#near.close?.()
  }

  /** A store with its own codec stores any object. */
  get #keepsObjects(): boolean {
    return this.#near.codec !== undefined
  }

  /** The key must be held. */
  async #put(key: string, owner: symbol | undefined, pack: () => unknown, expiresAt: number): Promise<void> {
    const ttl = Math.floor(expiresAt - this.now())
    if (ttl >= 1 && this.isUsable()) {
      try {
        const packed = pack()
        const entry: NearEntry = { owner, epoch: this.#epoch, packed }
        await this.#near.set(key, this.#keepsObjects ? entry : packed, ttl)
        if (!this.tracker.isDisturbed(key)) return
      } catch {
        // The value may be too large, for example. The previous entry must be removed all the same.
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

  /** Does not use the near store until all its entries have expired. */
  #leaveAlone(): void {
    if (this.#isStopped()) return
    this.#unusedUntil = this.now() + this.nearTtl + this.#near.capabilities.ttlResolution
  }
}
