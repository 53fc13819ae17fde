/** Work that continues after a response was sent. */
export class BackgroundWork {
  readonly #running = new Set<Promise<void>>()

  /** Tracks a promise and returns it. */
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
