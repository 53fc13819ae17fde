import type { Filled, Found } from "./fill.js"
import type { Answers } from "./read-batch.js"
import type { RefreshPolicy } from "./refresh-policy.js"
import type { Generation } from "./scopes.js"

/** One read of an entry, for all who ask for its key while it is under way. */
export interface SharedRead {
  readonly finalKey: string
  /** How many flights had landed when it began: what landed since may be what it missed. */
  readonly landed: number
  /** False once somebody wrote the entry: whoever asks from then on reads anew. */
  current: boolean
  /** What the store has, where it is asked for the entry alone. */
  stored: Promise<unknown> | undefined
  /** The same, and what the entry is known to depend on, where that is asked for too. */
  answers: Promise<Answers> | undefined
  /** In a namespace, the generation that the key is of. */
  generation: Generation | undefined
  /** What either comes to, once somebody needs to know; always where somebody traces. */
  found: Promise<Found> | undefined
  /** What comes of it for those who join it and follow the same policy. */
  filled: Promise<Filled> | undefined
  policy: RefreshPolicy | undefined
  /** What the store's error means for all of them. */
  failure: unknown
}

/** The reads that are under way, by the final keys of their entries. */
export class SharedReads {
  /** Mostly there is but one, and a Map would cost more than a read from memory. */
  #first: SharedRead | undefined
  readonly #others = new Map<string, SharedRead>()

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + this.#others.size
  }

  get(finalKey: string): SharedRead | undefined {
    if (this.#first === undefined && this.#others.size === 0) return undefined
    return this.#first?.finalKey === finalKey ? this.#first : this.#others.get(finalKey)
  }

  /** For a key that none is under way for. All who wait for it call `end` when it has its answer. */
  begin(finalKey: string, landed: number): SharedRead {
    const read: SharedRead = {
      finalKey,
      landed,
      current: true,
      stored: undefined,
      answers: undefined,
      generation: undefined,
      found: undefined,
      filled: undefined,
      policy: undefined,
      failure: undefined,
    }
    if (this.#first === undefined) this.#first = read
    else this.#others.set(finalKey, read)
    return read
  }

  end(read: SharedRead): void {
    if (this.#first === read) this.#first = undefined
    else if (this.#others.get(read.finalKey) === read) this.#others.delete(read.finalKey)
  }

  /** Call it before and after each write or removal of the entry: nobody joins an older read from then on. */
  leave(finalKey: string): void {
    const read = this.get(finalKey)
    if (read === undefined) return
    read.current = false
    this.end(read)
  }

  leaveAll(): void {
    for (const read of [this.#first, ...this.#others.values()]) if (read !== undefined) read.current = false
    this.#first = undefined
    this.#others.clear()
  }
}
