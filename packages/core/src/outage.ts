import type { Milliseconds } from "./backend.js"
import type { BackendError } from "./errors.js"
import { warn } from "./warn.js"

/** A store that answers some calls and fails others is one outage, not hundreds. */
const WARNED_EVERY: Milliseconds = 60_000
/** A store that has refused nothing for so long has ended what it refused for. */
const REFUSALS_END_AFTER: Milliseconds = 60_000
/** What is left to do after a refusal may be refused too, so it is not tried at each answer. */
const RECOVERS_EVERY: Milliseconds = 1_000

/** Says once that a store began to fail, or to refuse what it is asked; what it fails at in between is only traced. */
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
   * store answers again; after refusals it may well refuse what that asks of it.
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

  /** It is there, and does not do what it is asked. */
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
