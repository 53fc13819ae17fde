import { mapInChunks } from "./chunks.js"
import type { EntryFiles } from "./entry-files.js"
import { byLastUse, type Candidate, candidateFrom, dropDead, evict } from "./eviction.js"
import { type Place, shards } from "./fan-out.js"
import { type Amount, isTooMuch, type Limits, surplusOf } from "./limits.js"
import { listOwners, listShard } from "./walk.js"

const atOnce = 16

/** The maximum of candidates in memory; a larger surplus takes another pass. */
const mostCandidates = 50_000

/**
 * Removes entries that are expired or torn, the leftovers of ended processes, and then the least recently used entries down
 * to the limits. Returns the number of removed entries. Memory use does not grow with the store.
 */
export async function prune(files: EntryFiles, limits: Limits, now: () => number): Promise<number> {
  for (const path of await listOwners(files.fanOut)) await files.removeAbandoned(path)
  let removed = 0
  for (;;) {
    const pass = await sweep(files, now)
    const surplus = surplusOf(pass, limits)
    const evicted = await evict(files, pass.candidates, surplus)
    removed += pass.dropped + evicted
    if (evicted === 0 || !isTooMuch(surplus)) break
  }
  await files.clearSpares()
  return removed
}

interface Pass extends Amount {
  dropped: number
  /** The least recently used entries, the oldest first. */
  candidates: Candidate[]
}

/** Visits every file once: removes dead entries and counts live ones. */
async function sweep(files: EntryFiles, now: () => number): Promise<Pass> {
  const pass: Pass = { entries: 0, bytes: 0, dropped: 0, candidates: [] }
  const look = async (place: Place) => {
    const head = await files.readHead(place)
    if (head === undefined) return
    if (!(now() < head.expiresAt)) {
      if (await dropDead(files, place, now)) pass.dropped += 1
      return
    }
    pass.entries += 1
    pass.bytes += head.stats.size
    pass.candidates.push(candidateFrom(place, head.stats))
    if (pass.candidates.length >= 2 * mostCandidates) pass.candidates = oldestOf(pass.candidates)
  }
  for (const shard of shards) {
    const { entries, work } = await listShard(files.fanOut, shard)
    for (const path of work) await files.removeAbandoned(path)
    await mapInChunks(entries, atOnce, look)
  }
  pass.candidates = oldestOf(pass.candidates)
  return pass
}

function oldestOf(candidates: Candidate[]): Candidate[] {
  return candidates.sort(byLastUse).slice(0, mostCandidates)
}
