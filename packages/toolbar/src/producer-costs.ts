import type { Milliseconds, Operation } from "@larder/core"
import { entryId } from "./entry-id.js"

const defaultSize = 10_000

/** The duration of the last producer run of each entry, which is what a hit saves. Bounded: keys can come from visitors. */
export class ProducerCosts {
  readonly #costs = new Map<string, Milliseconds>()
  readonly #maxSize: number

  constructor(maxSize: number = defaultSize) {
    this.#maxSize = maxSize
  }

  /** Ignores producers of several values, because the cost of a single one is unknown. */
  note({ alias, finalKeys = [], producer }: Operation): void {
    const [finalKey] = finalKeys
    if (producer === undefined || finalKey === undefined || finalKeys.length > 1) return
    const entry = entryId(alias, finalKey)
    this.#costs.delete(entry)
    this.#costs.set(entry, producer)
    if (this.#costs.size <= this.#maxSize) return
    for (const oldest of this.#costs.keys()) {
      this.#costs.delete(oldest)
      return
    }
  }

  /** The cost of computing the entries that a read found; `undefined` if it is known for none of them. */
  costOf({ alias, finalKeys = [], hits = [] }: Operation): Milliseconds | undefined {
    const known = finalKeys
      .filter((_finalKey, index) => hits[index] === true)
      .map((finalKey) => this.#costs.get(entryId(alias, finalKey)))
      .filter((cost) => cost !== undefined)
    return known.length === 0 ? undefined : known.reduce((total, cost) => total + cost, 0)
  }
}
