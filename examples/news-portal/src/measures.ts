const wholeNumber = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 })
const wordsPerMinute = 230

/** `12,345`. */
export function formatNumber(value: number): string {
  return wholeNumber.format(value)
}

/** Milliseconds as people read them: `0.04 ms`, `4.2 ms`, `310 ms`, `1.2 s`. */
export function formatDuration(milliseconds: number): string {
  const size = Math.abs(milliseconds)
  const sign = milliseconds < 0 ? "−" : ""
  if (size >= 1_000) return `${sign}${(size / 1_000).toFixed(1)} s`
  if (size >= 100) return `${sign}${size.toFixed(0)} ms`
  return `${sign}${size.toFixed(size >= 1 ? 1 : 2)} ms`
}

/** How long an address takes to read: `1 min`, `24 min`. */
export function formatReadingTime(words: number): string {
  return `${Math.max(1, Math.round(words / wordsPerMinute))} min read`
}
