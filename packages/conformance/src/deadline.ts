import { wakingTimeout } from "./waking-timeout.js"

/** How many times longer than asked it may be on a machine that hardly runs this process. */
const mostStretch = 3

/** Bounds working time, so that a call which never settles fails the clause that made it and no other. */
export class Deadline {
  readonly #milliseconds: number
  #cancel: () => void = () => {}
  #ended = false
  #fail: (error: Error) => void = () => {}

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  /** Settles as `work` does, or rejects when it works for too long without a `pause`. Once only. */
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

  /** Stops counting, as while a clause waits for time to pass. */
  pause(): void {
    this.#cancel()
  }

  /** Counts again, from the start. */
  resume(): void {
    if (this.#ended) return
    const fail = (): void => this.#fail(new Error(`did not settle within ${this.#milliseconds} ms`))
    this.#cancel = wakingTimeout(this.#milliseconds, fail, mostStretch * this.#milliseconds)
  }
}
