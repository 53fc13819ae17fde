import type { BackendError } from "./errors.js"
import { warn } from "./warn.js"

/** Says once that a store began to fail, until it answers again; what fails in between is only traced. */
export class Outage {
  readonly #alias: string
  readonly #recovered: () => void
  #ongoing = false

  /** `recovered` is called when the store answers again. */
  constructor(alias: string, recovered: () => void) {
    this.#alias = alias
    this.#recovered = recovered
  }

  failed(error: BackendError): void {
    if (this.#ongoing) return
    this.#ongoing = true
    warn(`The cache "${this.#alias}" began to fail; reads count as misses meanwhile. ${error.message}`, "LARDER_OUTAGE")
  }

  answered(): void {
    if (!this.#ongoing) return
    this.#ongoing = false
    this.#recovered()
  }
}
