import type { Milliseconds } from "./backend.js"

/** How many times within one limit the clock ticks: an answer may be waited for this part of the limit longer. */
const TICKS = 10

/** Somebody who waits for an answer, in a list ordered by when the wait began. */
interface Waiting {
  previous: Waiting | undefined
  next: Waiting | undefined
  readonly sinceTick: number
  /** Leaves the list. */
  readonly giveUp: () => void
}

/**
 * Ends waits that last too long. All have the same limit, so the oldest is always the first to end: one timer serves
 * them all, and waiting costs a place in a list rather than a timer and an abort signal of its own.
 */
export class Deadline {
  readonly #limit: Milliseconds
  #first: Waiting | undefined
  #last: Waiting | undefined
  #tick = 0
  #timer: NodeJS.Timeout | undefined

  constructor(limit: Milliseconds) {
    this.#limit = limit
  }

  /**
   * What `succeed` returns for the answer, or `fail` for an error: the answer's own, or a `TimeoutError` if the answer does
   * not come within the limit. What comes later is dropped.
   */
  guard<Answer, Result>(
    answer: Promise<Answer>,
    succeed: (answer: Answer) => Result | PromiseLike<Result>,
    fail: (error: unknown) => Result,
  ): Promise<Result> {
    // One promise instead of a chain: this is on the path of every call.
    return new Promise((resolve, reject) => {
      const settle = <Outcome>(handle: (outcome: Outcome) => Result | PromiseLike<Result>, outcome: Outcome): void => {
        if (!this.#leave(waiting)) return
        try {
          resolve(handle(outcome))
        } catch (error) {
          reject(error)
        }
      }
      const waiting = this.#enter(() => settle(fail, timeoutError(this.#limit)))
      answer.then(
        (value) => settle(succeed, value),
        (error: unknown) => settle(fail, error),
      )
    })
  }

  #enter(giveUp: () => void): Waiting {
    this.#timer ??= setInterval(() => this.#onTick(), this.#limit / TICKS).unref()
    const waiting: Waiting = { previous: this.#last, next: undefined, sinceTick: this.#tick, giveUp }
    if (this.#last === undefined) this.#first = waiting
    else this.#last.next = waiting
    this.#last = waiting
    return waiting
  }

  /** Returns false for one that has left already. */
  #leave(waiting: Waiting): boolean {
    const { previous, next } = waiting
    if (previous === undefined && this.#first !== waiting) return false
    if (previous === undefined) this.#first = next
    else previous.next = next
    if (next === undefined) this.#last = previous
    else next.previous = previous
    waiting.previous = undefined
    waiting.next = undefined
    return true
  }

  #onTick(): void {
    this.#tick++
    if (this.#first === undefined) {
      clearInterval(this.#timer)
      this.#timer = undefined
      return
    }
    // More than TICKS have passed since: the tick under way when the wait began was not a whole one.
    while (this.#first !== undefined && this.#tick - this.#first.sinceTick > TICKS) this.#first.giveUp()
  }
}

function timeoutError(limit: Milliseconds): Error {
  const error = new Error(`there was no answer within ${limit} ms`)
  error.name = "TimeoutError"
  return error
}
