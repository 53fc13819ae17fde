/** Stands for every value beyond the bound of a dimension, and for what must not be shown. OpenTelemetry's name for it. */
export const OTHER = "_OTHER"

/** Words of letters and hyphens: no id, address or key of anybody. */
const plainWords = /^[a-z-]{0,40}$/

/**
 * Values that a program can choose, made fit for a dimension: plain words, and no more than a few; `_OTHER` stands for the
 * rest.
 */
export class BoundedNames {
  readonly #most: number
  readonly #names = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  of(name: string): string {
    if (this.#names.has(name)) return name
    if (this.#names.size >= this.#most || !plainWords.test(name)) return OTHER
    this.#names.add(name)
    return name
  }
}
