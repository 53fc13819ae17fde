/**
 * Remembers what it took this process to compute the values behind keys. Forgets the ones noted longest ago, so that
 * keys which visitors make up do not fill the memory.
 */
export class CostLedger {
  readonly #costs = new Map<string, number>()
  readonly #limit: number

  constructor(limit = 10_000) {
    this.#limit = limit
  }

  /** `milliseconds` is what computing the value took this time. */
  note(alias: string, key: string, milliseconds: number): void {
    const name = nameOf(alias, key)
    this.#costs.delete(name)
    this.#costs.set(name, milliseconds)
    if (this.#costs.size > this.#limit) {
      const [oldest = name] = this.#costs.keys()
      this.#costs.delete(oldest)
    }
  }

  /** The cost noted last; `undefined` when this process never computed the value, or too long ago. */
  costOf(alias: string, key: string): number | undefined {
    return this.#costs.get(nameOf(alias, key))
  }
}

function nameOf(alias: string, key: string): string {
  return `${alias}:${key}`
}
