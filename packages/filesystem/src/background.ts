const mostJobs = 32

/** Runs optional jobs in the background. Under load, jobs are dropped rather than queued; errors are ignored. */
export class Background {
  readonly #jobs = new Map<string, Promise<void>>()
  #closed = false

  /** True once `close` has been called; long jobs check it. */
  get closed(): boolean {
    return this.#closed
  }

  /**
   * Runs the job, unless one of this name is running. The promise resolves when it has ended, and never rejects;
   * `undefined` if the job was dropped, because too many are running or after `close`.
   */
  run(name: string, job: () => Promise<unknown>): Promise<void> | undefined {
    const running = this.#jobs.get(name)
    if (running !== undefined || this.#closed || this.#jobs.size >= mostJobs) return running
    const over = (async () => {
      try {
        await job()
      } catch {
        // The cache works without this job, and the next call meets the same error and reports it.
      } finally {
        this.#jobs.delete(name)
      }
    })()
    this.#jobs.set(name, over)
    return over
  }

  /** Accepts no more jobs, and resolves when the running ones have ended. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#jobs.values())
  }
}
