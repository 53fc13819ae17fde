import type { Entry, Milliseconds } from "@larder/core"
import type { Read } from "./change-tracker.js"
import type { NearFormat } from "./near-format.js"
import type { NearStore, OpenChange } from "./near-store.js"

/** Entries to store near after a change, with their ttl. */
export interface Kept<Stored> {
  readonly entries: readonly Entry<Stored>[]
  readonly ttl?: Milliseconds | undefined
}

/** The near store for one user: in that user's format, and without the keys that only the far store may answer. */
export class NearTier<Stored> {
  readonly #store: NearStore
  readonly #format: NearFormat<Stored>
  readonly #isDecisive: (key: string) => boolean

  constructor(store: NearStore, format: NearFormat<Stored>, isDecisive: (key: string) => boolean) {
    this.#store = store
    this.#format = format
    this.#isDecisive = isDecisive
  }

  /** The near value, if it is available synchronously. */
  getNow(key: string): Stored | undefined {
    const store = this.#store
    if (!store.answersAtOnce || !this.#mayHave(key)) return undefined
    try {
      return this.#hit(store.getSync(key))
    } catch {
      return undefined
    }
  }

  /** The near value, else what `fetch` returns; if that rejects, a near value that is no longer trusted. */
  getOr(key: string, fetch: (key: string) => Promise<Stored | undefined>): Promise<Stored | undefined> {
    const value = this.getNow(key)
    return value === undefined ? this.#getLaterOr(key, fetch) : Promise.resolve(value)
  }

  /** The near values, in the order of the keys. `anyway`: also those that are no longer trusted. */
  async getMany(keys: readonly string[], anyway = false): Promise<(Stored | undefined)[]> {
    const { tracker } = this.#store
    const values = new Array<Stored | undefined>(keys.length).fill(undefined)
    if (!this.#store.isUsable()) return values
    const held = tracker.isIdle ? undefined : keys.map((key) => tracker.isHeld(key))
    try {
      const answers = await this.#store.getMany(keys)
      for (let index = 0; index < keys.length; index++) {
        if (held?.[index] !== true) values[index] = this.#hit(answers[index], anyway)
      }
    } catch {
      // They are read from the far store.
    }
    return values
  }

  /**
   * A pending read of the far store to share. It began less than `nearTtl` ago, so it is as fresh as a near entry.
   */
  readUnderWay(key: string): Promise<unknown> | undefined {
    const { nearTtl, now, tracker } = this.#store
    const read = tracker.readOf(key)
    if (read === undefined || read.owner !== this.#format.owner) return undefined
    return now() - read.startedAt < nearTtl ? read.answer : undefined
  }

  /**
   * Starts a read of the far store, which `ask` performs. Returns `undefined`, without calling `ask`, if the result
   * could not be stored near.
   */
  startRead(key: string, ask?: (read: Read) => Promise<unknown>): Read | undefined {
    const { now, tracker } = this.#store
    if (!this.#store.isUsable() || tracker.isHeld(key) || tracker.readOf(key) !== undefined) return undefined
    return this.#isDecisive(key) ? undefined : tracker.startRead(key, this.#format.owner, now(), ask)
  }

  endRead(read: Read): void {
    this.#store.tracker.endRead(read)
  }

  /** Converts a value for `NearStore.fill`; see `NearFormat.pack`. */
  pack(value: Stored): unknown {
    return this.#format.pack(value)
  }

  unpack(packed: unknown): Stored {
    return this.#format.unpack(packed)
  }

  /** As `NearStore.startChange`, with values. */
  startChange(keys: readonly string[]): OpenChange<Kept<Stored>> {
    const change = this.#store.startChange(keys)
    return {
      settle: (kept) => {
        const entries = kept?.entries.filter(({ key }) => !this.#isDecisive(key))
        const packed = new Map(entries?.map(({ key, value }) => [key, () => this.#format.pack(value)]))
        return change.settle({ owner: this.#format.owner, packed, ttl: kept?.ttl })
      },
    }
  }

  async #getLaterOr(key: string, fetch: (key: string) => Promise<Stored | undefined>): Promise<Stored | undefined> {
    const store = this.#store
    if (!store.answersAtOnce && this.#mayHave(key)) {
      try {
        const value = this.#hit(await store.get(key))
        if (value !== undefined) return value
      } catch {
        // It is read from the far store.
      }
    }
    try {
      return await fetch(key)
    } catch (error) {
      const [value] = await this.getMany([key], true)
      if (value === undefined) throw error
      return value
    }
  }

  #mayHave(key: string): boolean {
    return this.#store.isUsable() && !this.#store.tracker.isHeld(key)
  }

  #hit(answer: unknown, anyway = false): Stored | undefined {
    const entry = this.#store.entryOf(answer)
    if (entry === undefined || entry.owner !== this.#format.owner) return undefined
    if (!anyway && !this.#store.isTrusted(entry)) return undefined
    const value = this.#format.unpack(entry.packed)
    this.#store.hits += 1
    return value
  }
}
