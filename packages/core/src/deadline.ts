import type { Milliseconds } from "./backend.js"
import { LONGEST_DELAY } from "./timeout.js"

/** Clock ticks per limit. A wait may last up to one tick longer than the limit. */
const TICKS = 10

/** A pending wait, in a list ordered by start. */
interface Waiting {
  previous: Waiting | undefined
  next: Waiting | undefined
  readonly sinceTick: number
  /** Leaves the list. */
  readonly giveUp: () => void
}

/**
 * Ends waits that take too long. All have the same limit, so the oldest always ends first: one timer serves them all, and
 * a wait costs a list node instead of a timer and an abort signal.
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
   * Resolves with what `succeed` returns for the result, or `fail` for an error: the promise's own, or a `TimeoutError` if it
   * does not settle within the limit. A late result is dropped.
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
    this.#timer ??= setInterval(() => this.#onTick(), Math.min(this.#limit / TICKS, LONGEST_DELAY)).unref()
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
    // More than TICKS, because the tick in which the wait began was not a whole one.
    while (this.#first !== undefined && this.#tick - this.#first.sinceTick > TICKS) this.#first.giveUp()
  }
}

function timeoutError(limit: Milliseconds): Error {
  const error = new Error(`there was no answer within ${limit} ms`)
  error.name = "TimeoutError"
  return error
}
