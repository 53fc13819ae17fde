import type { Backend, Entry, Milliseconds } from "@larder/core"
import { ChangeTracker, type Read } from "./change-tracker.js"
import { isDecisive } from "./decisive-keys.js"
import type { NearFormat } from "./near-format.js"

/** Entries that may be kept near after a change, with their ttl. */
export interface Kept<Stored> {
  readonly entries: readonly Entry<Stored>[]
  readonly ttl?: Milliseconds | undefined
}

/** A change of the far store under way. */
export interface OpenChange<Stored> {
  /**
   * To be called once, whatever came of the change. Leaves near what is given, unless another change met this one, and
   * nothing else of what was changed. Never rejects.
   */
  settle(kept?: Kept<Stored>): Promise<void>
}

/**
 * The near store as far as it can be relied on. No entry is served longer than `nearTtl` after the far store was last
 * known to hold it. What the near store fails at is no error but a miss; while it may hold an entry that it failed to
 * remove, it is not used at all.
 */
export class NearTier<Stored> {
  readonly #near: Backend<unknown>
  readonly #format: NearFormat<Stored>
  readonly #nearTtl: Milliseconds
  readonly #now: () => number
  readonly #tracker = new ChangeTracker()
  #hits = 0
  /** 0: it is used. */
  #unusedUntil = 0

  constructor(near: Backend<unknown>, format: NearFormat<Stored>, nearTtl: Milliseconds, now: () => number) {
    this.#near = near
    this.#format = format
    this.#nearTtl = nearTtl
    this.#now = now
  }

  /** How many reads were answered from near. */
  get hits(): number {
    return this.#hits
  }

  /** The value that is near, or else what `fetch` answers. */
  async getOr(key: string, fetch: (key: string) => Promise<Stored | undefined>): Promise<Stored | undefined> {
    if (this.#isUsable() && !this.#tracker.isHeld(key)) {
      try {
        const packed = await this.#near.get(key)
        if (packed !== undefined) {
          const value = this.#format.unpack(packed)
          this.#hits += 1
          return value
        }
      } catch {
        // The far store has it.
      }
    }
    return fetch(key)
  }

  /** The values that are near, in the order of the keys. */
  async getMany(keys: readonly string[]): Promise<(Stored | undefined)[]> {
    const values = new Array<Stored | undefined>(keys.length).fill(undefined)
    const free = this.#isUsable() ? [...keys.keys()].filter((index) => !this.#tracker.isHeld(keys[index] ?? "")) : []
    if (free.length === 0) return values
    try {
      const packed = await this.#read(free.map((index) => keys[index] ?? ""))
      for (const [place, index] of free.entries()) {
        const one = packed[place]
        if (one === undefined) continue
        values[index] = this.#format.unpack(one)
        this.#hits += 1
      }
    } catch {
      // What is missing then, the far store has.
    }
    return values
  }

  /**
   * A read of the far store that others wait for already, and that began recently enough to be as good as a near entry.
   */
  readUnderWay(key: string): Promise<unknown> | undefined {
    const read = this.#tracker.readOf(key)
    if (read === undefined || this.#now() - read.startedAt >= this.#nearTtl) return undefined
    return read.answer
  }

  /**
   * To be called before the far store is asked for the key, which `ask` does. `undefined`, and nobody was asked: the
   * answer could not be kept near.
   */
  startRead(key: string, ask?: (read: Read) => Promise<unknown>): Read | undefined {
    if (!this.#isUsable() || this.#tracker.isHeld(key) || this.#tracker.readOf(key) !== undefined) return undefined
    if (isDecisive(key)) return undefined
    return this.#tracker.startRead(key, this.#now(), ask)
  }

  /** The time, as `fill` counts it. */
  now(): number {
    return this.#now()
  }

  /** Whether what the read brings can be kept. */
  isCurrent(read: Read): boolean {
    return this.#isUsable() && this.#tracker.isCurrent(read)
  }

  endRead(read: Read): void {
    this.#tracker.endRead(read)
  }

  /** What `fill` takes for a value. It shares nothing with the value. */
  pack(value: Stored): unknown {
    return this.#format.pack(value)
  }

  unpack(packed: unknown): Stored {
    return this.#format.unpack(packed)
  }

  /** Puts near what a read brought, unless a change has overtaken it. Never rejects. */
  async fill(read: Read, packed: unknown, expiresAt: number): Promise<void> {
    if (!this.isCurrent(read)) return
    this.#tracker.hold(read.key)
    await this.#put(read.key, () => packed, Math.min(read.startedAt + this.#nearTtl, expiresAt))
    this.#tracker.release(read.key)
  }

  /** To be called before the far store is asked to change these entries. Reads go past near until it is settled. */
  startChange(keys: readonly string[]): OpenChange<Stored> {
    const startedAt = this.#now()
    for (const key of keys) {
      this.#tracker.overtake(key)
      this.#tracker.hold(key)
    }
    return {
      settle: async (kept) => {
        const expiresAt = startedAt + Math.min(this.#nearTtl, kept?.ttl ?? Number.POSITIVE_INFINITY)
        const values = new Map(kept?.entries.map(({ key, value }) => [key, value]))
        await Promise.all(
          keys.map(async (key) => {
            const value = values.get(key)
            if (value === undefined || isDecisive(key) || this.#tracker.isDisturbed(key)) await this.#remove(key)
            else await this.#put(key, () => this.#format.pack(value), expiresAt)
            this.#tracker.release(key)
          }),
        )
      },
    }
  }

  /** The same for all entries whose keys start with the prefix. */
  startClear(prefix: string): OpenChange<Stored> {
    const release = this.#tracker.holdPrefix(prefix)
    return {
      settle: async () => {
        await this.#clear(prefix)
        release()
      },
    }
  }

  /** From now on every read goes past near, and nothing is put there. */
  stop(): void {
    this.#unusedUntil = Number.POSITIVE_INFINITY
  }

  #isUsable(): boolean {
    if (this.#unusedUntil === 0) return true
    if (this.#now() < this.#unusedUntil) return false
    this.#unusedUntil = 0
    return true
  }

  #isStopped(): boolean {
    return this.#unusedUntil === Number.POSITIVE_INFINITY
  }

  #read(keys: readonly string[]): Promise<readonly unknown[]> {
    if (this.#near.getMany !== undefined) return this.#near.getMany(keys)
    return Promise.all(keys.map((key) => this.#near.get(key)))
  }

  /** Only for a key that is held. */
  async #put(key: string, pack: () => unknown, expiresAt: number): Promise<void> {
    const ttl = Math.floor(expiresAt - this.#now())
    if (ttl >= 1 && this.#isUsable()) {
      try {
        await this.#near.set(key, pack(), ttl)
        if (!this.#tracker.isDisturbed(key)) return
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
      this.#distrust()
    }
  }

  async #clear(prefix: string): Promise<void> {
    if (this.#isStopped()) return
    try {
      if (this.#near.clear === undefined) this.#distrust()
      else await this.#near.clear(prefix)
    } catch {
      this.#distrust()
    }
  }

  /** Leaves the near store alone until all that it holds has expired. */
  #distrust(): void {
    if (this.#isStopped()) return
    this.#unusedUntil = this.#now() + this.#nearTtl + this.#near.capabilities.ttlResolution
  }
}
