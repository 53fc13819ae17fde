import type { Milliseconds } from "./backend.js"
import type { BackendError } from "./errors.js"
import { warn } from "./warn.js"

/** A store that answers some calls and fails others is one outage, not hundreds. */
const WARNED_EVERY: Milliseconds = 60_000

/** Says once that a store began to fail, until it answers again; what fails in between is only traced. */
export class Outage {
  readonly #alias: string
  readonly #recovered: () => void
  #ongoing = false
  #warnedAt = Number.NEGATIVE_INFINITY

  /** `recovered` is called when the store answers again. */
  constructor(alias: string, recovered: () => void) {
    this.#alias = alias
    this.#recovered = recovered
  }

  failed(error: BackendError): void {
    if (this.#ongoing) return
    this.#ongoing = true
    const now = performance.now()
    if (now - this.#warnedAt < WARNED_EVERY) return
    this.#warnedAt = now
    warn(`The cache "${this.#alias}" began to fail; reads count as misses meanwhile. ${error.message}`, "LARDER_OUTAGE")
  }

  answered(): void {
    if (!this.#ongoing) return
    this.#ongoing = false
    this.#recovered()
  }
}
