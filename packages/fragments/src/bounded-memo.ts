/** What was made of a text, so that it is made once; of the many that there could be it keeps the last ones. */
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
    // All at once: an order of use would cost every hit, and nobody is meant to get here.
    if (this.#made.size === this.#limit) this.#made.clear()
    this.#made.set(text, made)
    return made
  }
}
