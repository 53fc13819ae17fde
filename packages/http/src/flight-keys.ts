import { variantDigest } from "./engine/variants.js"
import type { Visit } from "./visit.js"

/** What requests for the same page wait together for: the page, in the variant that the known names tell. */
export class FlightKeys {
  readonly #declared: readonly string[]

  /** The names that every page of the cache varies with. */
  constructor(declared: readonly string[]) {
    this.#declared = declared
  }

  of({ key, values }: Pick<Visit, "key" | "values">, names: readonly string[]): string {
    const all = names.length === 0 ? this.#declared : [...new Set([...this.#declared, ...names])].sort()
    return all.length === 0 ? key : `${key}:${variantDigest(all, values)}`
  }
}
