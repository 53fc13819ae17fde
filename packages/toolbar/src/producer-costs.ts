import type { Milliseconds, Operation } from "@larder/core"

const mostCosts = 10_000

/** How long producers last took, by entry: what a later hit saves. Forgets the oldest, since visitors may make up keys. */
export class ProducerCosts {
  readonly #costs = new Map<string, Milliseconds>()
  readonly #most: number

  constructor(most: number = mostCosts) {
    this.#most = most
  }

  /** The cost of a producer of many values says nothing of a single one. */
  note({ alias, finalKeys = [], producer }: Operation): void {
    const [finalKey] = finalKeys
    if (producer === undefined || finalKey === undefined || finalKeys.length > 1) return
    const name = nameOf(alias, finalKey)
    this.#costs.delete(name)
    this.#costs.set(name, producer)
    if (this.#costs.size <= this.#most) return
    for (const oldest of this.#costs.keys()) {
      this.#costs.delete(oldest)
      return
    }
  }

  /** What it would have taken to compute what a read found; `undefined` if that is not known of any of its entries. */
  costOf({ alias, finalKeys = [], hits = [] }: Operation): Milliseconds | undefined {
    const known = finalKeys
      .filter((_finalKey, index) => hits[index] === true)
      .map((finalKey) => this.#costs.get(nameOf(alias, finalKey)))
      .filter((cost) => cost !== undefined)
    return known.length === 0 ? undefined : known.reduce((total, cost) => total + cost, 0)
  }
}

function nameOf(alias: string, finalKey: string): string {
  return `${alias}\n${finalKey}`
}
