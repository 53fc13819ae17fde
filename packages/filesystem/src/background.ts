const mostJobs = 32

/** Work that need not be waited for. It is left out rather than queued when there is much of it, and its errors are too. */
export class Background {
  readonly #jobs = new Map<string, Promise<void>>()
  #closed = false

  /** True when `close` has been called: long jobs look at it. */
  get closed(): boolean {
    return this.#closed
  }

  /**
   * Runs the job, unless one of this name runs already. Answers when it will be over, and never rejects; `undefined` when
   * too many others run, or no more are wanted.
   */
  run(name: string, job: () => Promise<unknown>): Promise<void> | undefined {
    const running = this.#jobs.get(name)
    if (running !== undefined || this.#closed || this.#jobs.size >= mostJobs) return running
    const over = (async () => {
      try {
        await job()
      } catch {
        // A cache works without this job; what made it fail meets the next caller, who is told.
      } finally {
        this.#jobs.delete(name)
      }
    })()
    this.#jobs.set(name, over)
    return over
  }

  /** Accepts no more jobs, and resolves when those under way are over. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#jobs.values())
  }
}
