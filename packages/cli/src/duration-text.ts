const units = [
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
] as const

/** Formats a duration in its two largest units, rounded down: `1h 5m`. The units are those of timeouts. */
export function durationText(seconds: number): string {
  const largest = units.findIndex(([, length]) => seconds >= length)
  if (largest < 0) return `${Math.floor(seconds * 1_000)}ms`
  const parts: string[] = []
  let rest = Math.floor(seconds)
  for (const [unit, length] of units.slice(largest, largest + 2)) {
    if (rest >= length) parts.push(`${Math.floor(rest / length)}${unit}`)
    rest %= length
  }
  return parts.join(" ")
}
