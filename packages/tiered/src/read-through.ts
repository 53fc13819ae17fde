import type { Backend } from "@larder/core"
import type { Read } from "./change-tracker.js"
import type { NearStore } from "./near-store.js"
import type { NearTier } from "./near-tier.js"

/**
 * The maximum of concurrent `ttl` calls to the far store. An entry read beyond that is stored near on a later read.
 */
const mostQuestions = 64

export interface ReadThroughParts<Stored> {
  readonly nearStore: NearStore
  readonly near: NearTier<Stored>
  readonly far: Backend<Stored>
  /** Whether a batch that the far store rejected with this error returns its near values, with misses for the rest. */
  readonly answersInPart: (error: unknown) => boolean
}

/** Reads near, then far, and fills near. Concurrent readers of a missing key share one call to the far store. */
export class ReadThrough<Stored> {
  readonly #nearStore: NearStore
  readonly #near: NearTier<Stored>
  readonly #far: Backend<Stored>
  readonly #answersInPart: (error: unknown) => boolean
  #questions = 0

  constructor({ nearStore, near, far, answersInPart }: ReadThroughParts<Stored>) {
    this.#nearStore = nearStore
    this.#near = near
    this.#far = far
    this.#answersInPart = answersInPart
  }

  /** The near value, if it is available synchronously. */
  getNow(key: string): Stored | undefined {
    return this.#near.getNow(key)
  }

  get(key: string): Promise<Stored | undefined> {
    return this.#near.getOr(key, this.#fetch)
  }

  /** Reads what is not near from the far store, in one call of its `getMany`. */
  async getMany(
    keys: readonly string[],
    farGetMany: NonNullable<Backend<Stored>["getMany"]>,
  ): Promise<readonly (Stored | undefined)[]> {
    const values = await this.#near.getMany(keys)
    if (!values.includes(undefined)) return values
    const lacking = [...keys.keys()].filter((index) => values[index] === undefined)
    const missing = lacking.map((index) => keys[index] ?? "")
    const reads = missing.map((key) => this.#near.startRead(key))
    try {
      const answers = await farGetMany.call(this.#far, missing)
      for (const [place, index] of lacking.entries()) {
        const [value, read] = [answers[place], reads[place]]
        values[index] = value
        if (read !== undefined && value !== undefined) void this.#keep(read, this.#near.pack(value))
        else if (read !== undefined) this.#near.endRead(read)
      }
    } catch (error) {
      for (const read of reads) if (read !== undefined) this.#near.endRead(read)
      const anyway = await this.#near.getMany(missing, true)
      for (const [place, index] of lacking.entries()) values[index] = anyway[place]
      const failed = values.includes(undefined)
      if (failed && (values.every((value) => value === undefined) || !this.#answersInPart(error))) throw error
    }
    return values
  }

  readonly #fetch = async (key: string): Promise<Stored | undefined> => {
    const answer = this.#near.readUnderWay(key) ?? this.#near.startRead(key, this.#ask)?.answer
    if (answer === undefined) return this.#far.get(key)
    const packed = await answer
    return packed === undefined ? undefined : this.#near.unpack(packed)
  }

  readonly #ask = async (read: Read): Promise<unknown> => {
    let packed: unknown
    try {
      const value = await this.#far.get(read.key)
      if (value !== undefined) packed = this.#near.pack(value)
    } finally {
      if (packed === undefined) this.#near.endRead(read)
    }
    if (packed !== undefined) void this.#keep(read, packed)
    return packed
  }

  /** Runs in the background, so that a miss costs no more than the far call. Never rejects. */
  async #keep(read: Read, packed: unknown): Promise<void> {
    const expiresAt = await this.#expiryOf(read)
    if (expiresAt !== undefined) await this.#nearStore.fill(read, packed, expiresAt)
    this.#near.endRead(read)
  }

  /** When the near entry must expire at the latest; `undefined` if unknown. */
  async #expiryOf(read: Read): Promise<number | undefined> {
    if (!this.#nearStore.isCurrent(read)) return undefined
    if (this.#far.ttl === undefined) return Number.POSITIVE_INFINITY
    if (this.#questions >= mostQuestions) return undefined
    this.#questions += 1
    const askedAt = this.#nearStore.now()
    try {
      const left = await this.#far.ttl(read.key)
      if (left === undefined) return undefined
      return left === null ? Number.POSITIVE_INFINITY : askedAt + left
    } catch {
      return undefined
    } finally {
      this.#questions -= 1
    }
  }
}
