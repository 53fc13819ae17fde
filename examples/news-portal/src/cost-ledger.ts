/**
 * Records how long this process took to compute the values of keys. Forgets the oldest records, because visitors make up
 * keys, which would fill the memory.
 */
export class CostLedger {
  readonly #costs = new Map<string, number>()
  readonly #limit: number

  constructor(limit = 10_000) {
    this.#limit = limit
  }

  /** `milliseconds`: how long computing the value took. */
  note(alias: string, key: string, milliseconds: number): void {
    const name = nameOf(alias, key)
    this.#costs.delete(name)
    this.#costs.set(name, milliseconds)
    if (this.#costs.size > this.#limit) {
      const [oldest = name] = this.#costs.keys()
      this.#costs.delete(oldest)
    }
  }

  /** The latest cost; `undefined` if this process has not computed the value, or too long ago. */
  costOf(alias: string, key: string): number | undefined {
    return this.#costs.get(nameOf(alias, key))
  }
}

function nameOf(alias: string, key: string): string {
  return `${alias}:${key}`
}
