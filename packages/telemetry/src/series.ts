import type { Dimension } from "./instruments.js"

/** Values of dimensions. */
export type Labels = Readonly<Partial<Record<Dimension, string>>>

/** A value with its labels. */
export interface Point {
  readonly labels: Labels
  readonly value: number
}

/** Sums that differ in one dimension. An increment costs one map lookup and one update. */
export class Series {
  readonly #labels: Labels
  readonly #dimension: Dimension
  readonly #sums = new Map<string, number>()

  /** `initial`: values reported as zero before they occur, because ratios need them. */
  constructor(labels: Labels, dimension: Dimension, initial: readonly string[] = []) {
    this.#labels = labels
    this.#dimension = dimension
    for (const value of initial) this.add(value, 0)
  }

  add(value: string, amount = 1): void {
    this.#sums.set(value, (this.#sums.get(value) ?? 0) + amount)
  }

  *points(): Iterable<Point> {
    for (const [value, sum] of this.#sums) yield { labels: { ...this.#labels, [this.#dimension]: value }, value: sum }
  }
}
