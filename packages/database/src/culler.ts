/** Answers how many more entries fit afterwards. */
type Cull = () => Promise<number>

/**
 * Keeps a store near its limit without asking it at each write. After so many writes of this process it culls, in the
 * background and once at a time; what makes a cull fail meets the next caller, who is told.
 */
export class Culler {
  readonly #step: number
  readonly #cull: Cull
  #untilNext: number
  #running: Promise<void> | undefined
  #closed = false

  /** `random` answers from 0 to 1. */
  constructor(maxEntries: number, cull: Cull, random: () => number = Math.random) {
    this.#step = Math.min(Math.max(Math.ceil(maxEntries / 100), 10), 1000)
    this.#cull = cull
    // At random, or processes that each write only a little would together write without end.
    this.#untilNext = Math.ceil(random() * this.#step)
  }

  /** To be told of entries that could not be written. A store that is full has no room, whatever a cull has counted. */
  failed(entries: number): void {
    this.#untilNext = Math.min(this.#untilNext, this.#step)
    this.wrote(entries)
  }

  /** To be told of entries that were written. */
  wrote(entries: number): void {
    this.#untilNext -= entries
    if (this.#untilNext > 0 || this.#running !== undefined || this.#closed) return
    this.#untilNext = this.#step
    this.#running = this.#run()
  }

  /** Begins no more, and resolves when the one under way is over. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      const room = await this.#cull()
      // Counting is the cost of a cull. Where there is room it waits, but not so long that others could fill it unseen.
      this.#untilNext = Math.max(this.#step, Math.floor(room / 8))
    } catch {
      // A cache works without this cull.
    } finally {
      this.#running = undefined
    }
  }
}
