/** Waits for its turn among the calls on one handle: no help against another handle. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}
