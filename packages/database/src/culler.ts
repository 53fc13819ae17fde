/** Returns how many more entries fit afterwards. */
type Cull = () => Promise<number>

/**
 * Keeps a store near its limit without a query for each write: culls in the background after a number of writes of this
 * process, one cull at a time. A cull that fails is ignored: what makes it fail usually makes calls fail, too, and `diagnose`
 * finds a store that has outgrown its limit.
 */
export class Culler {
  readonly #step: number
  readonly #cull: Cull
  #untilNext: number
  #running: Promise<void> | undefined
  #closed = false

  /** `random` returns a number from 0 to 1. */
  constructor(maxEntries: number, cull: Cull, random: () => number = Math.random) {
    this.#step = Math.min(Math.max(Math.ceil(maxEntries / 100), 10), 1000)
    this.#cull = cull
    // Random, because many processes that each write only a few entries would otherwise never cull.
    this.#untilNext = Math.ceil(random() * this.#step)
  }

  /** Counts entries that could not be written. A full store has no room, whatever the last cull has counted. */
  failed(entries: number): void {
    this.#untilNext = Math.min(this.#untilNext, this.#step)
    this.wrote(entries)
  }

  /** Counts entries that were written. */
  wrote(entries: number): void {
    this.#untilNext -= entries
    if (this.#untilNext > 0 || this.#running !== undefined || this.#closed) return
    this.#untilNext = this.#step
    this.#running = this.#run()
  }

  /** Starts no more culls, and resolves when the running one has ended. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      const room = await this.#cull()
      // Counting rows is what makes a cull expensive, so the next one waits where there is room; but not so long that other
      // processes fill that room meanwhile.
      this.#untilNext = Math.max(this.#step, Math.floor(room / 8))
    } catch {
      // The next cull will catch up.
    } finally {
      this.#running = undefined
    }
  }
}
