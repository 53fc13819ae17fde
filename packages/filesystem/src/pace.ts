import { setImmediate as nextTurn } from "node:timers/promises"
import type { Milliseconds } from "@larder/core"

/** So long into a turn of the event loop, what can wait is left to the next one. */
const longestTurn: Milliseconds = 1

/** A step that takes longer meets a disk, not its cache. */
const slowStep: Milliseconds = 10
/** After a slow step, nothing is done synchronously for so many times as long as it took. */
const pauseFactor = 10

/** Keeps what is done synchronously from holding up everybody else in the process. */
export class Pace {
  readonly #now: () => Milliseconds
  #turnBegan = 0
  #nextTurn: Promise<void> | undefined
  #pausedUntil = 0

  /** `now`: a clock that is never set back. */
  constructor(now: () => Milliseconds = () => performance.now()) {
    this.#now = now
  }

  /** Resolves at once, or after as many turns as it takes for those that came before. */
  async turn(): Promise<void> {
    while (this.#turnIsOver()) await this.#nextTurn
  }

  /** False for a while after a step that was slow. */
  get isQuick(): boolean {
    return this.#now() >= this.#pausedUntil
  }

  /** Does a step, and looks how long it takes. */
  time<Result>(step: () => Result): Result {
    const began = this.#now()
    try {
      return step()
    } finally {
      const took = this.#now() - began
      if (took > slowStep) this.#pausedUntil = began + (1 + pauseFactor) * took
    }
  }

  #turnIsOver(): boolean {
    if (this.#nextTurn !== undefined) return this.#now() - this.#turnBegan > longestTurn
    this.#turnBegan = this.#now()
    this.#nextTurn = nextTurn().then(() => {
      this.#nextTurn = undefined
    })
    return false
  }
}
