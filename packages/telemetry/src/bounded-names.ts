/** Replaces values beyond the bound of a dimension, and values that must not be exported. The name is OpenTelemetry's. */
export const OTHER = "_OTHER"

/** Lower-case letters and hyphens, so that no ids, addresses or keys match. */
const plainWords = /^[a-z-]{0,40}$/

/** Makes application-defined values safe for a dimension: keeps a bounded number of plain words, and replaces the rest by `_OTHER`. */
export class BoundedNames {
  readonly #max: number
  readonly #names = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  of(name: string): string {
    if (this.#names.has(name)) return name
    if (this.#names.size >= this.#max || !plainWords.test(name)) return OTHER
    this.#names.add(name)
    return name
  }
}
