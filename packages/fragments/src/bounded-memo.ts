/** Memoizes a function of a string. When full, it is emptied. */
export class BoundedMemo<Made> {
  readonly #limit: number
  readonly #made = new Map<string, Made>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(text: string, make: () => Made): Made {
    const known = this.#made.get(text)
    if (known !== undefined) return known
    const made = make()
    // An LRU order would slow every hit down, and the limit is rarely reached.
    if (this.#made.size === this.#limit) this.#made.clear()
    this.#made.set(text, made)
    return made
  }
}
