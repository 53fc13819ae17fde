/** Serializes calls on one handle, which does not help between handles. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}
