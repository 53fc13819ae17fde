import type { Milliseconds } from "./backend.js"

/** This many failures in a row, with no answer in between, and the store counts as down. */
const FAILURES_UNTIL_OPEN = 5
/** How long until a call tries the store again: at first, and at most; doubled each time that it fails. */
const FIRST_PAUSE: Milliseconds = 500
const LONGEST_PAUSE: Milliseconds = 5_000

/** The reason of a call that was not even tried. */
export class StoreDownError extends Error {
  override readonly name = "StoreDownError"
}

/**
 * Keeps a dead store from costing a timeout a call: while it is open calls fail at once, but for one that tries the store
 * now and then. The first answer closes it.
 */
export class Breaker {
  #failures = 0
  #pause = FIRST_PAUSE
  #triesAgainAt: number | undefined
  #trying = false

  /** Throws a `StoreDownError` while it is open, unless this call is the one that tries; a slow call never is. */
  admit(slow: boolean): void {
    if (this.#triesAgainAt === undefined) return
    const left = this.#triesAgainAt - performance.now()
    if (left > 0) throw new StoreDownError(`it is down; the next try is in ${Math.ceil(left)} ms`)
    if (this.#trying || slow) throw new StoreDownError("it is down, and another call is probing it")
    this.#trying = true
  }

  answered(): void {
    if (this.#failures === 0) return
    this.#failures = 0
    this.#pause = FIRST_PAUSE
    this.#triesAgainAt = undefined
    this.#trying = false
  }

  failed(): void {
    this.#failures++
    if (this.#failures < FAILURES_UNTIL_OPEN) return
    // What was under way when it opened says nothing new.
    if (this.#triesAgainAt !== undefined && !this.#trying) return
    if (this.#trying) this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE)
    this.#trying = false
    this.#triesAgainAt = performance.now() + this.#pause
  }

  /** A call ended in a way that tells nothing of the store. */
  undecided(): void {
    this.#trying = false
  }
}
