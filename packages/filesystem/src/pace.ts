import { setImmediate as nextTurn } from "node:timers/promises"
import type { Milliseconds } from "@larder/core"

/** So many changes are begun in one turn of the event loop, and none when it has lasted for so long. */
const changesInTurn = 8
const longestTurn: Milliseconds = 1

/** A step that takes longer meets a disk, not its cache. */
const slowStep: Milliseconds = 10
/** After a slow step, nothing is done synchronously for so many times as long as it took. */
const pauseFactor = 10

/** Keeps what is done synchronously from holding up everybody else in the process. */
export class Pace {
  readonly #now: () => Milliseconds
  #turnBegan = 0
  #begun = 0
  #nextTurn: Promise<void> | undefined
  #pausedUntil = 0

  /** `now`: a clock that is never set back. */
  constructor(now: () => Milliseconds = () => performance.now()) {
    this.#now = now
  }

  /** Resolves at once, or in the first turn that has room for one more change. */
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
    if (this.#nextTurn === undefined) {
      this.#begun = 0
      this.#turnBegan = this.#now()
      this.#nextTurn = nextTurn().then(() => {
        this.#nextTurn = undefined
      })
    }
    if (this.#begun >= changesInTurn || this.#now() - this.#turnBegan >= longestTurn) return true
    this.#begun += 1
    return false
  }
}
