/**
 * Remembers recent keys in bounded memory: at least the last `span` keys, at most twice as many.
 *
 * A scan of Redis repeats keys only while its hash table shrinks, and only keys in buckets that are merged: those that it
 * visited last.
 */
export class RecentKeys {
  readonly #span: number
  #young = new Set<string>()
  #old: ReadonlySet<string> = new Set()

  constructor(span = 50_000) {
    this.#span = span
  }

  /** Adds the key; false if it is recent. */
  meet(key: string): boolean {
    if (this.#young.has(key) || this.#old.has(key)) return false
    if (this.#young.size === this.#span) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(key)
    return true
  }
}
