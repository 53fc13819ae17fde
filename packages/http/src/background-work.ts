/** What goes on after an answer was sent. */
export class BackgroundWork {
  readonly #running = new Set<Promise<void>>()

  /** Keeps count of some work, and answers it. */
  track<Result>(work: Promise<Result>): Promise<Result> {
    const settled = work.then(
      () => {},
      () => {},
    )
    this.#running.add(settled)
    void settled.then(() => this.#running.delete(settled))
    return work
  }

  /** Resolves when nothing is going on any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}
