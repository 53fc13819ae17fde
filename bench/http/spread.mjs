/** The median and the quartiles: half of the figures lie between those. */
export function spreadOf(figures) {
  const sorted = figures.toSorted((left, right) => left - right)
  const at = (part) => sorted[Math.round((sorted.length - 1) * part)]
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) }
}

export const median = (figures) => spreadOf(figures).median

/** `0.93 (0.91–0.95)`: the median and the quartiles. */
export function formatSpread({ median, lower, upper }) {
  return `${median.toFixed(2)} (${lower.toFixed(2)}–${upper.toFixed(2)})`
}
