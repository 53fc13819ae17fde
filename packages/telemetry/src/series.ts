import type { Dimension } from "./instruments.js"

/** The values of some dimensions. */
export type Labels = Readonly<Partial<Record<Dimension, string>>>

/** A sum, and what it is the sum of. */
export interface Point {
  readonly labels: Labels
  readonly value: number
}

/** Sums that differ in one dimension. Counting costs one look into a map. */
export class Series {
  readonly #labels: Labels
  readonly #dimension: Dimension
  readonly #sums = new Map<string, number>()

  /** `expected`: values that are reported before they occur, as a ratio needs them. */
  constructor(labels: Labels, dimension: Dimension, expected: readonly string[] = []) {
    this.#labels = labels
    this.#dimension = dimension
    for (const value of expected) this.add(value, 0)
  }

  add(value: string, amount = 1): void {
    this.#sums.set(value, (this.#sums.get(value) ?? 0) + amount)
  }

  *points(): Iterable<Point> {
    for (const [value, sum] of this.#sums) yield { labels: { ...this.#labels, [this.#dimension]: value }, value: sum }
  }
}
