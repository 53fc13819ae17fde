import type { Milliseconds } from "@larder/core"

/** Shown instead of an unknown value. */
export const noValue = "–"

const bytesPerUnit = 1_024
const byteUnits = ["KiB", "MiB", "GiB", "TiB"] as const

/** `640 B`, `1.2 KiB`, `3.4 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < bytesPerUnit) return `${bytes} B`
  // The figure is rounded to a tenth, and 1024.0 KiB is 1.0 MiB.
  const power = Math.min(Math.floor(Math.log2(bytes + bytes / bytesPerUnit / 20) / 10), byteUnits.length)
  return `${(bytes / bytesPerUnit ** power).toFixed(1)} ${byteUnits[power - 1]}`
}

/** `14 µs`, `0.42 ms`, `12.3 ms`, `1.2 s`. */
export function formatTime(time: Milliseconds): string {
  if (time > 0 && time < 0.1) return `${(time * 1_000).toFixed(0)} µs`
  if (time < 10) return `${time.toFixed(2)} ms`
  return time < 1_000 ? `${time.toFixed(1)} ms` : `${(time / 1_000).toFixed(1)} s`
}

const timeUnits = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const

/** `4 min 12 s`, `300 ms`, `not kept`; `null`: `never expires`. */
export function formatTimeLeft(left: Milliseconds | null): string {
  if (left === null) return "never expires"
  if (left <= 0) return "not kept"
  const index = timeUnits.findIndex(([, size]) => left >= size)
  const [unit, size] = timeUnits[index] ?? ["ms", 1]
  const [smallerUnit, smaller] = timeUnits[index + 1] ?? []
  const rest = smaller === undefined || index < 0 ? 0 : Math.floor((left % size) / smaller)
  return `${Math.floor(left / size)} ${unit}${rest === 0 ? "" : ` ${rest} ${smallerUnit}`}`
}

/** `1 hit`, `2 hits`. */
export function formatCount(count: number, singular: string, plural: string = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`
}

/** A whole number: `1,234,567`. */
export function formatNumber(number: number): string {
  return number.toLocaleString("en", { maximumFractionDigits: 0 })
}

/** A rate to about three digits: `0.13`, `12.3`, `1,235`. */
export function formatRate(rate: number): string {
  if (rate > 0 && rate < 0.01) return "< 0.01"
  const digits = rate < 10 ? 2 : rate < 100 ? 1 : 0
  return rate.toLocaleString("en", { maximumFractionDigits: digits })
}

/** A share from 0 to 1: `0 %`, `75.0 %`, `100 %`. Shares below 1 are rounded down. */
export function formatPercent(share: number | null): string {
  if (share === null) return noValue
  if (share === 0 || share >= 1) return `${share === 0 ? 0 : 100} %`
  return `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`
}
