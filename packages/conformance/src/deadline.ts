import type { PendingCalls } from "./pending-calls.js"
import { wakingTimeout } from "./waking-timeout.js"

/** How many times the deadline may be exceeded on a machine that hardly schedules this process. */
const mostStretch = 3

/** Limits working time, so that a call that never settles fails its own clause and no other. */
export class Deadline {
  readonly #milliseconds: number
  readonly #pending: PendingCalls | undefined
  #cancel: () => void = () => {}
  #ended = false
  #fail: (error: Error) => void = () => {}

  /** `pending`: the calls that are named if it is missed. */
  constructor(milliseconds: number, pending?: PendingCalls) {
    this.#milliseconds = milliseconds
    this.#pending = pending
  }

  /** Settles as `work` does, or rejects if it takes too long without a `pause`. Can be called once. */
  async bound<Result>(work: () => Promise<Result>): Promise<Result> {
    const passed = new Promise<never>((_resolve, reject) => {
      this.#fail = reject
    })
    this.resume()
    try {
      return await Promise.race([work(), passed])
    } finally {
      this.pause()
      this.#ended = true
    }
  }

  /** Stops the time, for example while a clause waits. */
  pause(): void {
    this.#cancel()
  }

  /** Starts the time again, from zero. */
  resume(): void {
    if (this.#ended) return
    const fail = (): void =>
      this.#fail(
        new Error(`did not settle within ${this.#milliseconds} ms, the deadline: ${this.#pending ?? "a call hangs"}`),
      )
    this.#cancel = wakingTimeout(this.#milliseconds, fail, mostStretch * this.#milliseconds)
  }
}
