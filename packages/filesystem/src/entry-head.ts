import type { Stats } from "node:fs"
import type { Milliseconds } from "@larder/core"
import type { Disk, FileContent } from "./disk.js"
import { decodeHead, headLength } from "./entry-file.js"
import type { FanOut, Place } from "./fan-out.js"

/** What is known of an entry without reading its value. */
export interface EntryHead {
  readonly place: Place
  readonly stats: Stats
  /** Absent if the file is torn or not an entry. */
  readonly key?: string
  /** Unix milliseconds; `NaN`, which no time precedes, if the file is torn or not an entry. */
  readonly expiresAt: number
}

/** Reads the beginning of an entry's file; `undefined` if it is gone. */
export async function readHead(place: Place, disk: Disk, fanOut: FanOut): Promise<EntryHead | undefined> {
  const isWhole = ({ bytes, stats }: FileContent) => {
    const head = decodeHead(bytes, stats.size)
    return typeof head === "object" && fanOut.locate(head.key).path === place.path
  }
  const content = await disk.read(place.path, headLength, isWhole)
  if (content === undefined) return undefined
  const { bytes, stats } = content
  let head = decodeHead(bytes, stats.size)
  if (typeof head === "number") {
    const longer = await disk.read(place.path, head, isWhole)
    // If it was replaced meanwhile, its length may differ.
    head = longer && decodeHead(longer.bytes, longer.stats.size)
  }
  if (typeof head === "number" || head === undefined) return { place, stats, expiresAt: Number.NaN }
  return { place, stats, ...head }
}

/** Uses are recorded once in this time at most: eviction needs no better resolution. */
export const useGranularity: Milliseconds = 60_000

/**
 * When an entry was last written or read, in Unix milliseconds. A time in the future is from a clock that was wrong, and
 * counts as the earliest: the next read replaces it, while an entry that nobody reads would outlast all others.
 */
export function lastUse({ atimeMs, mtimeMs }: Stats): number {
  const time = Math.max(atimeMs, mtimeMs)
  return time > Date.now() + useGranularity ? 0 : time
}
