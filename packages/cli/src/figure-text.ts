/** Stands for an unknown figure. */
export const ABSENT = "-"

const bytesUnits = ["B", "KiB", "MiB", "GiB", "TiB"] as const
const precise = new Intl.NumberFormat("en", { maximumFractionDigits: 0 })
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 })
/** Larger counts are abbreviated. */
const MANY = 10_000_000

/** Formats a count: `1,234`, `12.3M`. */
export function countText(count: number | undefined): string {
  if (count === undefined) return ABSENT
  return (count < MANY ? precise : compact).format(count)
}

/** Formats a number of bytes: `512 B`, `1.5 MiB`. */
export function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return ABSENT
  let [size, unit] = [bytes, 0]
  // 1,023.95 KiB would be rounded to 1024.0 KiB.
  while (size >= 1_023.95 && unit < bytesUnits.length - 1) [size, unit] = [size / 1_024, unit + 1]
  return `${unit === 0 ? size : size.toFixed(1)} ${bytesUnits[unit]}`
}

/** Formats a fraction: `97.3 %`. Rounded down, so that only 1 is `100.0 %`. */
export function percentText(fraction: number | undefined): string {
  return fraction === undefined ? ABSENT : `${(Math.floor(1_000 * fraction) / 10).toFixed(1)} %`
}

/** Formats a rate per second: `0`, `0.5`, `1,234`. */
export function rateText(perSecond: number | undefined): string {
  if (perSecond === undefined || perSecond >= 10 || Number.isInteger(perSecond)) return countText(perSecond)
  return perSecond.toFixed(1)
}
