import { setImmediate as nextTurn } from "node:timers/promises"
import type { Milliseconds } from "@larder/core"

/** So many changes are begun in one turn of the event loop, and none when it has lasted for so long. */
const changesInTurn = 8
const longestTurn: Milliseconds = 1

/** A step that takes longer meets a disk, not its cache, unless it was the process that had to wait. */
const slowStep: Milliseconds = 10
/** Between two of those are more steps where only the process has to wait now and then. */
const stepsApart = 16
/** After two slow steps, nothing is done synchronously for so many times as long as the second one took. */
const pauseFactor = 10

/** Keeps what is done synchronously from holding up everybody else in the process. */
export class Pace {
  readonly #now: () => Milliseconds
  #turnBegan = 0
  #begun = 0
  #nextTurn: Promise<void> | undefined
  #quickSteps = stepsApart
  #pausedUntil = 0

  /** `now`: a clock that is never set back. */
  constructor(now: () => Milliseconds = () => performance.now()) {
    this.#now = now
  }

  /** Resolves at once, or in the first turn that has room for one more change. */
  async turn(): Promise<void> {
    while (this.#turnIsOver()) await this.#nextTurn
  }

  /** False for a while after steps that were slow. */
  get isQuick(): boolean {
    return this.#now() >= this.#pausedUntil
  }

  /** Does a step, and looks how long it takes. */
  time<Result>(step: () => Result): Result {
    const began = this.#now()
    try {
      return step()
    } finally {
      this.#note(began, this.#now() - began)
    }
  }

  #note(began: Milliseconds, took: Milliseconds): void {
    if (took <= slowStep) {
      this.#quickSteps += 1
      return
    }
    if (this.#quickSteps < stepsApart) this.#pausedUntil = began + (1 + pauseFactor) * took
    this.#quickSteps = 0
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
