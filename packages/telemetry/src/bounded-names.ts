/** Stands for every value beyond the bound of a dimension. The name is that of OpenTelemetry for what has no other. */
export const OTHER = "_OTHER"

/** The first values of a dimension as they are, and `_OTHER` for those that come when there are too many. */
export class BoundedNames {
  readonly #most: number
  readonly #names = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  /** Whether the value is one of the first. */
  admit(name: string): boolean {
    if (this.#names.has(name)) return true
    if (this.#names.size >= this.#most) return false
    this.#names.add(name)
    return true
  }
}
