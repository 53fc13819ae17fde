import type { Milliseconds } from "@larder/core"

const first: Milliseconds = 50
const most: Milliseconds = 1000

/** Keeps calls from connecting to an unreachable server every time: each failure in a row doubles the pause. */
export class Backoff {
  #failures = 0
  #until = 0
  #reason: unknown

  /** The last failure, during the pause after it. */
  reason(now: Milliseconds): unknown {
    return now < this.#until ? this.#reason : undefined
  }

  failed(reason: unknown, now: Milliseconds): void {
    this.#reason = reason
    this.#until = now + Math.min(most, first * 2 ** this.#failures)
    this.#failures += 1
  }

  succeeded(): void {
    this.#failures = 0
    this.#until = 0
    this.#reason = undefined
  }
}
