/** Runs tasks of one name one after the other, in order; tasks of different names run concurrently. */
export class KeyQueue {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs the task after all earlier ones of this name have settled. */
  run<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name)
    const result = before === undefined ? task() : before.then(task)
    const settled: Promise<void> = result.then(ignore, ignore).then(() => {
      if (this.#last.get(name) === settled) this.#last.delete(name)
    })
    this.#last.set(name, settled)
    return result
  }

  /** Resolves when no task is pending. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values())
  }
}

function ignore(): void {}
