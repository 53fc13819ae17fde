import type { Milliseconds } from "@larder/core"

const bytesPerUnit = 1_024
const byteUnits = ["KiB", "MiB", "GiB", "TiB"] as const

/** `640 B`, `1.2 KiB`, `3.4 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < bytesPerUnit) return `${bytes} B`
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), byteUnits.length)
  return `${(bytes / bytesPerUnit ** power).toFixed(1)} ${byteUnits[power - 1]}`
}

/** `14 µs`, `0.42 ms`, `12.3 ms`, `1.2 s`. */
export function formatTime(time: Milliseconds): string {
  if (time > 0 && time < 0.1) return `${(time * 1_000).toFixed(0)} µs`
  if (time < 10) return `${time.toFixed(2)} ms`
  return time < 1_000 ? `${time.toFixed(1)} ms` : `${(time / 1_000).toFixed(1)} s`
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const

/** `4 min 12 s`, `300 ms`; `null`: `never expires`. */
export function formatLeft(left: Milliseconds | null): string {
  if (left === null) return "never expires"
  if (left <= 0) return "not kept"
  const index = units.findIndex(([, size]) => left >= size)
  const [unit, size] = units[index] ?? ["ms", 1]
  const [smallerUnit, smaller] = units[index + 1] ?? []
  const rest = smaller === undefined || index < 0 ? 0 : Math.floor((left % size) / smaller)
  return `${Math.floor(left / size)} ${unit}${rest === 0 ? "" : ` ${rest} ${smallerUnit}`}`
}

/** `1 hit`, `2 hits`. */
export function formatCount(count: number, one: string, several: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}
