/**
 * Knows a key that it has met lately, in bounded memory: at least the last `span` keys, at most twice as many.
 *
 * A scan of Redis repeats a key only while its table shrinks, and only keys of the places that fall together: those that
 * it has visited last.
 */
export class RecentKeys {
  readonly #span: number
  #young = new Set<string>()
  #old: ReadonlySet<string> = new Set()

  constructor(span = 50_000) {
    this.#span = span
  }

  /** Notes the key; false when it was met lately. */
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
