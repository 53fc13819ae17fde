import type { Milliseconds } from "./backend.js"

/** The store counts as down after this many failures in a row, with no reply in between. */
const FAILURES_UNTIL_OPEN = 5
/** How long until a call probes the store: at first, and at most; doubled after each failed probe. */
const FIRST_PAUSE: Milliseconds = 500
const LONGEST_PAUSE: Milliseconds = 5_000

/** Why a call failed without being sent. */
export class StoreDownError extends Error {
  override readonly name = "StoreDownError"
}

/**
 * Keeps a dead store from costing each call a timeout: while it is open, calls fail at once, except for an occasional one
 * that probes the store. The first reply closes it.
 */
export class Breaker {
  #failures = 0
  #pause = FIRST_PAUSE
  #triesAgainAt: number | undefined
  /** The probes under way: a quick one, a slow one, or both. */
  readonly #probes = new Set<"quick" | "slow">()

  /**
   * Throws a `StoreDownError` while it is open, unless this call is a probe. A slow call probes beside a quick one, so that
   * neither waits for the other: it may take a minute, and there may be no other calls.
   */
  admit(slow: boolean): void {
    if (this.#triesAgainAt === undefined) return
    const left = this.#triesAgainAt - performance.now()
    if (left > 0) throw new StoreDownError(`it is down; the next try is in ${Math.ceil(left)} ms`)
    const probe = slow ? "slow" : "quick"
    if (this.#probes.has(probe)) throw new StoreDownError("it is down, and another call is probing it")
    this.#probes.add(probe)
  }

  answered(): void {
    if (this.#failures === 0) return
    this.#failures = 0
    this.#pause = FIRST_PAUSE
    this.#triesAgainAt = undefined
    this.#probes.clear()
  }

  failed(): void {
    this.#failures++
    if (this.#failures < FAILURES_UNTIL_OPEN) return
    // Calls that were pending when it opened say nothing new.
    if (this.#triesAgainAt !== undefined && this.#probes.size === 0) return
    if (this.#probes.size > 0) this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE)
    this.#probes.clear()
    this.#triesAgainAt = performance.now() + this.#pause
  }

  /** A call ended in a way that says nothing about the store. */
  undecided(): void {
    this.#probes.clear()
  }
}
