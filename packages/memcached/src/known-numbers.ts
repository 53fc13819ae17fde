/** What an entry held when this process changed it last. */
export interface KnownNumber {
  readonly number: number
  /** The entry's, then: while it has this one, it holds this number. */
  readonly token: string
  /** The session of the connection that told the token. */
  readonly session: number
  /** Nobody else had changed the entry since this process did so before. */
  readonly isOurs: boolean
}

/** The numbers of the counters that were changed last. */
export class KnownNumbers {
  readonly #limit: number
  readonly #byKey = new Map<string, KnownNumber>()
  // One iterator for ever: a new one would pass by the places of all keys that were deleted.
  readonly #oldestFirst: Iterator<string, undefined> = this.#byKey.keys()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: string): KnownNumber | undefined {
    return this.#byKey.get(key)
  }

  /** Forgets the one that was set longest ago when there are too many. */
  set(key: string, known: KnownNumber): void {
    this.#byKey.delete(key)
    if (this.#byKey.size >= this.#limit) this.#byKey.delete(this.#oldestFirst.next().value ?? key)
    this.#byKey.set(key, known)
  }
}
