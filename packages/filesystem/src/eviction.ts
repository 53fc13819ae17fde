import type { Stats } from "node:fs"
import { statsOf } from "./disk.js"
import type { EntryFiles } from "./entry-files.js"
import { lastUse } from "./entry-head.js"
import type { Place } from "./fan-out.js"
import { type Amount, isTooMuch } from "./limits.js"

/** An entry that may be evicted. */
export interface Candidate {
  readonly place: Place
  readonly bytes: number
  readonly lastUse: number
  readonly writtenAt: number
  readonly inode: number
}

/** Records what is needed to evict an entry later. */
export function candidateFrom(place: Place, stats: Stats): Candidate {
  return { place, bytes: stats.size, lastUse: lastUse(stats), writtenAt: stats.mtimeMs, inode: stats.ino }
}

/** For `sort`: the least recently used first. */
export function byLastUse(one: Candidate, other: Candidate): number {
  return one.lastUse - other.lastUse
}

/** Removes an entry if it is expired, torn or corrupt, unless it is being written. True if it was removed. */
export function dropDead(files: EntryFiles, place: Place, now: () => number): Promise<boolean> {
  return files.removeIfIdle(place, async () => {
    const head = await files.readHead(place)
    return head !== undefined && !(now() < head.expiresAt)
  })
}

/**
 * Removes candidates in order until there is no surplus left, which it reduces by what it removes; returns the number of
 * removed entries. Skips entries that have been rewritten, or are being written.
 */
export async function evict(files: EntryFiles, candidates: readonly Candidate[], surplus: Amount): Promise<number> {
  let evicted = 0
  for (const candidate of candidates) {
    if (!isTooMuch(surplus)) break
    if (!(await files.removeIfIdle(candidate.place, () => isUnchanged(candidate)))) continue
    evicted += 1
    surplus.entries -= 1
    surplus.bytes -= candidate.bytes
  }
  return evicted
}

async function isUnchanged({ place, inode, writtenAt }: Candidate): Promise<boolean> {
  const stats = await statsOf(place.path)
  return stats?.ino === inode && stats.mtimeMs === writtenAt
}
