import { variantDigest } from "./engine/variants.js"
import type { Visit } from "./visit.js"

/** Keys for collapsing requests: the page, in the variant selected by the known names. */
export class FlightKeys {
  readonly #declared: readonly string[]

  /** The names by which every page of the cache varies. */
  constructor(declared: readonly string[]) {
    this.#declared = declared
  }

  of({ key, values }: Pick<Visit, "key" | "values">, names: readonly string[]): string {
    const all = names.length === 0 ? this.#declared : [...new Set([...this.#declared, ...names])].sort()
    return all.length === 0 ? key : `${key}:${variantDigest(all, values)}`
  }
}
