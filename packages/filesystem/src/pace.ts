import { setImmediate as nextTurn } from "node:timers/promises"
import type { Milliseconds } from "@larder/core"

/** The maximum of changes that begin in one turn of the event loop, and its maximum duration. */
const changesInTurn = 8
const longestTurn: Milliseconds = 1

/** A step that takes longer has waited for the disk, unless the process was suspended. */
const slowStep: Milliseconds = 10
/** If there were more quick steps than this between two slow ones, the process was suspended. */
const stepsApart = 16
/** After two slow steps, nothing is synchronous for this many times the duration of the second one. */
const pauseFactor = 10

/** Limits how long synchronous steps block the event loop. */
export class Pace {
  readonly #now: () => Milliseconds
  #turnBegan = 0
  #begun = 0
  #nextTurn: Promise<void> | undefined
  #quickSteps = stepsApart
  #pausedUntil = 0

  /** `now`: a monotonic clock. */
  constructor(now: () => Milliseconds = () => performance.now()) {
    this.#now = now
  }

  /** Resolves immediately, or in the next turn that has room for another change. */
  async turn(): Promise<void> {
    while (this.#turnIsOver()) await this.#nextTurn
  }

  /** False for a while after slow steps. */
  get isQuick(): boolean {
    return this.#now() >= this.#pausedUntil
  }

  /** Runs a step and measures how long it takes. */
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
