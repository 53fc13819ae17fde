import type { Request } from "./request.js"

/** A pending request: sent, or to be sent. */
export interface Waiting {
  readonly request: Request<unknown>
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
  /** When it began, in ticks of its connection. */
  readonly since: number
  /** The first refusal among the commands of a batch. */
  refusal: Error | undefined
  next: Waiting | undefined
}

/** The pending requests of one connection, first in, first out. */
export class WaitingLine {
  #first: Waiting | undefined
  #last: Waiting | undefined
  #length = 0

  get first(): Waiting | undefined {
    return this.#first
  }

  get length(): number {
    return this.#length
  }

  push(waiting: Waiting): void {
    if (this.#last === undefined) this.#first = waiting
    else this.#last.next = waiting
    this.#last = waiting
    this.#length += 1
  }

  shift(): void {
    this.#first = this.#first?.next
    if (this.#first === undefined) this.#last = undefined
    this.#length = Math.max(0, this.#length - 1)
  }

  /** Rejects all of them. */
  fail(error: Error): void {
    let waiting = this.#first
    this.#first = undefined
    this.#last = undefined
    this.#length = 0
    for (; waiting !== undefined; waiting = waiting.next) waiting.reject(error)
  }
}
