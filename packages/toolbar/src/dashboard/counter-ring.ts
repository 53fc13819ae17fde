import type { Milliseconds } from "@larder/core"

/** The time that one row covers. */
export const rowLength: Milliseconds = 5_000
/** The number of rows: together, they cover ten minutes. */
export const rowCount = 120

/**
 * Counters over the last ten minutes, with one row of numbers for every five seconds. Old rows are overwritten, so it never
 * grows. It uses a monotonic clock.
 */
export class CounterRing {
  readonly #width: number
  readonly #numbers: Float64Array
  readonly #start = performance.now()
  /** The index of the newest row, counted from the start. */
  #newest = 0
  #row: Float64Array

  constructor(width: number) {
    this.#width = width
    this.#numbers = new Float64Array(width * rowCount)
    this.#row = this.#rowOf(0)
  }

  /** The row to add to now. */
  current(): Float64Array {
    const now = Math.floor((performance.now() - this.#start) / rowLength)
    if (now !== this.#newest) this.#advance(now)
    return this.#row
  }

  /** The rows of the last ten minutes, or since the start if that is later; the oldest first. */
  rows(): Float64Array[] {
    this.current()
    const first = Math.max(0, this.#newest - rowCount + 1)
    return Array.from({ length: this.#newest - first + 1 }, (_, index) => this.#rowOf(first + index))
  }

  /** The sums of the columns over the last `count` rows. The newest row is still incomplete. */
  sum(count: number): Float64Array {
    const total = new Float64Array(this.#width)
    for (const row of this.rows().slice(-count)) {
      for (const [column, number] of row.entries()) add(total, column, number)
    }
    return total
  }

  /** The time that the last `count` rows cover. */
  covered(count: number): Milliseconds {
    const elapsed = performance.now() - this.#start
    return Math.min(elapsed, (count - 1) * rowLength + (elapsed % rowLength))
  }

  #advance(now: number): void {
    const skipped = Math.min(now - this.#newest, rowCount)
    for (let row = now - skipped + 1; row <= now; row++) this.#rowOf(row).fill(0)
    this.#newest = now
    this.#row = this.#rowOf(now)
  }

  #rowOf(row: number): Float64Array {
    const offset = (row % rowCount) * this.#width
    return this.#numbers.subarray(offset, offset + this.#width)
  }
}

export function add(row: Float64Array, column: number, amount: number): void {
  row[column] = (row[column] ?? 0) + amount
}
