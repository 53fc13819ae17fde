import type { Article } from "./corpus.js"

/** A bar chart in fractions of its box, as percentages: it needs no script and fits every width. */
export interface LengthChart {
  readonly bars: readonly LengthBar[]
  /** Absent where there are no addresses. */
  readonly longest: LengthBar | undefined
  readonly shortest: LengthBar | undefined
  readonly lines: readonly { readonly words: number; readonly y: number }[]
  readonly years: readonly { readonly label: string; readonly x: number }[]
}

export interface LengthBar {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly year: number
  readonly words: number
  readonly path: string
  /** The slug of the party. */
  readonly party: string
}

const gap = 0.22
const wordsBetweenLines = 10_000
const yearsBetweenLabels = 50

/** How long the addresses were, one bar each. `counts` are their words, in the same order. */
export function lengthChart(articles: readonly Article[], counts: readonly number[]): LengthChart {
  const tallest = Math.max(wordsBetweenLines, ...counts) * 1.04
  const step = 100 / Math.max(1, articles.length)
  const round = (value: number) => Math.round(value * 1_000) / 1_000
  const bars = articles.map((article, index): LengthBar => {
    const words = counts[index] ?? 0
    const height = round((words / tallest) * 100)
    return {
      x: round(index * step),
      y: round(100 - height),
      width: round(step * (1 - gap)),
      height,
      year: article.year,
      words,
      path: `/article/${article.slug}`,
      party: article.categories.party,
    }
  })
  const lines = Array.from({ length: Math.floor(tallest / wordsBetweenLines) }, (_, index) => {
    const words = (index + 1) * wordsBetweenLines
    return { words, y: round(100 - (words / tallest) * 100) }
  })
  const years = articles.flatMap(({ year }, index) =>
    year % yearsBetweenLabels === 0 && articles[index - 1]?.year !== year
      ? [{ label: String(year), x: round(index * step) }]
      : [],
  )
  const byLength = bars.toSorted((a, b) => b.words - a.words)
  return { bars, longest: byLength[0], shortest: byLength.at(-1), lines, years }
}
