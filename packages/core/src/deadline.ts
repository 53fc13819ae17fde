import type { Milliseconds } from "./backend.js"

/** How many times within one limit the clock ticks: an answer may be waited for this part of the limit longer. */
const TICKS = 10

/** Somebody who waits for an answer, in a list ordered by when the wait began. */
interface Waiting {
  previous: Waiting | undefined
  next: Waiting | undefined
  readonly sinceTick: number
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

  /** The answer, or a rejection when it does not come within the limit; what comes later is dropped. */
  guard<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const waiting = this.#enter(() => reject(timeoutError(this.#limit)))
      answer.then(
        (value) => {
          this.#leave(waiting)
          resolve(value)
        },
        (error: unknown) => {
          this.#leave(waiting)
          reject(error)
        },
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

  /** Does nothing for one that has left already. */
  #leave(waiting: Waiting): void {
    const { previous, next } = waiting
    if (previous === undefined && this.#first !== waiting) return
    if (previous === undefined) this.#first = next
    else previous.next = next
    if (next === undefined) this.#last = previous
    else next.previous = previous
    waiting.previous = undefined
    waiting.next = undefined
  }

  #onTick(): void {
    this.#tick++
    if (this.#first === undefined) {
      clearInterval(this.#timer)
      this.#timer = undefined
      return
    }
    // More than TICKS have passed since: the tick under way when the wait began was not a whole one.
    while (this.#first !== undefined && this.#tick - this.#first.sinceTick > TICKS) {
      const { giveUp } = this.#first
      this.#leave(this.#first)
      giveUp()
    }
  }
}

function timeoutError(limit: Milliseconds): Error {
  const error = new Error(`there was no answer within ${limit} ms`)
  error.name = "TimeoutError"
  return error
}
