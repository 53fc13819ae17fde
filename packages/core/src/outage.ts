import type { Milliseconds } from "./backend.js"
import type { BackendError } from "./errors.js"
import { warn } from "./warn.js"

/** A store that fails some calls and not others is one outage, not hundreds. */
const WARNED_EVERY: Milliseconds = 60_000
/** A store that has refused nothing for this long has recovered. */
const REFUSALS_END_AFTER: Milliseconds = 60_000
/** What `recovered` does may be refused, too, so it does not run after every reply. */
const RECOVERS_EVERY: Milliseconds = 1_000

/** Warns once when a store begins to fail, or to refuse operations; further failures are only traced. */
export class Outage {
  readonly #alias: string
  readonly #meanwhile: string
  readonly #recovered: () => void
  /** What happened since `recovered` was called. */
  #trouble: "none" | "failures" | "refusals" = "none"
  #warnedAt = Number.NEGATIVE_INFINITY
  #refusedAt = Number.NEGATIVE_INFINITY
  #recoveredAt = Number.NEGATIVE_INFINITY

  /**
   * `meanwhile`: what a failing store means for operations, as in "reads count as misses". `recovered` is called when the
   * store responds again; after refusals, the store may refuse its calls, too.
   */
  constructor(alias: string, meanwhile: string, recovered: () => void) {
    this.#alias = alias
    this.#meanwhile = meanwhile
    this.#recovered = recovered
  }

  failed(error: BackendError): void {
    if (this.#trouble === "failures") return
    this.#trouble = "failures"
    const now = performance.now()
    if (now - this.#warnedAt < WARNED_EVERY) return
    this.#warnedAt = now
    warn(`The cache "${this.#alias}" began to fail; ${this.#meanwhile} meanwhile. ${error.message}`, "LARDER_OUTAGE")
  }

  /** The store responds, but does not carry out the operation. */
  refused(error: BackendError): void {
    this.#trouble = "refusals"
    const now = performance.now()
    const isNew = now - this.#refusedAt >= REFUSALS_END_AFTER
    this.#refusedAt = now
    if (!isNew) return
    warn(`The store of the cache "${this.#alias}" responds, but refuses operations. ${error.message}`, "LARDER_REFUSAL")
  }

  answered(): void {
    if (this.#trouble === "none") return
    const now = performance.now()
    if (this.#trouble === "refusals" && now - this.#recoveredAt < RECOVERS_EVERY) return
    this.#trouble = "none"
    this.#recoveredAt = now
    this.#recovered()
  }
}
