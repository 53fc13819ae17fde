import type { Milliseconds } from "@larder/core"

/** What one row of a ring covers. */
export const rowLength: Milliseconds = 5_000
/** The number of rows: ten minutes. */
export const rowCount = 120

/**
 * Counters over the last ten minutes: one row of numbers per five seconds. The rows are overwritten in turn, so the memory
 * is the same after a year. The clock is monotonic.
 */
export class CounterRing {
  readonly #width: number
  readonly #numbers: Float64Array
  readonly #start = performance.now()
  /** The number of the newest row, counted from the start. */
  #newest = 0
  #row: Float64Array

  constructor(width: number) {
    this.#width = width
    this.#numbers = new Float64Array(width * rowCount)
    this.#row = this.#rowOf(0)
  }

  /** The row of this moment, to add to. */
  current(): Float64Array {
    const now = Math.floor((performance.now() - this.#start) / rowLength)
    if (now !== this.#newest) this.#advance(now)
    return this.#row
  }

  /** The rows of the last ten minutes, the oldest first, without those from before the start. */
  rows(): Float64Array[] {
    this.current()
    const first = Math.max(0, this.#newest - rowCount + 1)
    return Array.from({ length: this.#newest - first + 1 }, (_, index) => this.#rowOf(first + index))
  }

  /** The sum of the last rows, in every column. The newest row has only begun. */
  sum(count: number): Float64Array {
    const total = new Float64Array(this.#width)
    for (const row of this.rows().slice(-count)) {
      for (const [column, number] of row.entries()) add(total, column, number)
    }
    return total
  }

  /** How much time the last rows cover. */
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
