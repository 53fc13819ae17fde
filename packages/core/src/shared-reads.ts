import type { Filled, Found } from "./fill.js"
import type { Answers } from "./read-batch.js"
import type { RefreshPolicy } from "./refresh-policy.js"
import type { Generation } from "./scopes.js"

/** A pending read of an entry, shared by all callers of its key. */
export interface SharedRead {
  readonly finalKey: string
  /** How many flights had ended when it began: a later one may have stored what it missed. */
  readonly landed: number
  /** False once the entry is written: later callers start a new read. */
  current: boolean
  /** What the store has, if only the entry is read. */
  stored: Promise<unknown> | undefined
  /** The same, if the tokens that the entry depends on are read with it. */
  answers: Promise<Answers> | undefined
  /** In a namespace, the generation of the key. */
  generation: Generation | undefined
  /** The judged result of either, once it is needed; always if traced. */
  found: Promise<Found> | undefined
  /** The outcome for callers that join it with the same policy. */
  filled: Promise<Filled> | undefined
  policy: RefreshPolicy | undefined
  /** What the store's error means for all of them. */
  failure: unknown
}

/** The pending reads, by final key. */
export class SharedReads {
  /** Usually there is only one, and a Map would cost more than a read from memory. */
  #first: SharedRead | undefined
  readonly #others = new Map<string, SharedRead>()

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + this.#others.size
  }

  get(finalKey: string): SharedRead | undefined {
    if (this.#first === undefined && this.#others.size === 0) return undefined
    return this.#first?.finalKey === finalKey ? this.#first : this.#others.get(finalKey)
  }

  /** For a key without a pending read. All callers that await it call `end` when it has settled. */
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

  /** Call it before and after each write or removal of the entry: later callers do not join an older read. */
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
