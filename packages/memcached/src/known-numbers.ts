/** What an entry held when this process last changed it. */
export interface KnownNumber {
  readonly number: number
  /** The entry's token then: as long as it has this one, it holds this number. */
  readonly token: string
  /** The session of the connection that returned the token. */
  readonly session: number
  /** No other client had changed the entry since this process's previous change. */
  readonly isOurs: boolean
}

/** The numbers of the counters that were changed last. */
export class KnownNumbers {
  readonly #limit: number
  readonly #byKey = new Map<string, KnownNumber>()
  // The iterator is kept: a new one would skip over the slots of all deleted keys.
  readonly #oldestFirst: Iterator<string, undefined> = this.#byKey.keys()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: string): KnownNumber | undefined {
    return this.#byKey.get(key)
  }

  /** Drops the one set longest ago if there are too many. */
  set(key: string, known: KnownNumber): void {
    this.#byKey.delete(key)
    if (this.#byKey.size >= this.#limit) this.#byKey.delete(this.#oldestFirst.next().value ?? key)
    this.#byKey.set(key, known)
  }
}
