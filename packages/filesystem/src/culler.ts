import type { Milliseconds } from "@larder/core"
import type { Background } from "./background.js"
import { chunksOf, mapInChunks } from "./chunks.js"
import { statsOf } from "./disk.js"
import type { EntryFiles } from "./entry-files.js"
import { byLastUse, type Candidate, candidateFrom, dropDead, evict } from "./eviction.js"
import { type Place, shards } from "./fan-out.js"
import { type Amount, isTooMuch, type Limits, surplusOf } from "./limits.js"
import { shuffled } from "./shuffle.js"
import { listOwners, listShard } from "./walk.js"

const atOnce = 4
const smallestSample = 200
/** The sample size per evicted entry: large enough that the oldest of the sample are among the oldest of the store. */
const looksForEachEviction = 5
/** How many entries are checked for expiry while the store is not full. */
const looksForExpired = 64
const mostRounds = 32
/** How long after a cull for a full disk the next one may begin. */
const betweenRescues: Milliseconds = 1_000
/** Writers wait for the cull when they are ahead of it by this many steps. */
const stepsAhead = 2

interface Sample {
  readonly candidates: Candidate[]
  /** The estimate for the whole store. */
  readonly estimate: Amount
}

/**
 * Keeps a store near its limits. After a number of writes of this process, it estimates the size of the store from a sample
 * of fan-out directories, and removes expired entries of the sample, and the least recently used ones while the store is
 * too large. The work grows with the writes, not with the store, except for listing single directories of the 256.
 */
export class Culler {
  readonly #files: EntryFiles
  readonly #limits: Limits
  readonly #now: () => number
  readonly #background: Background
  readonly #step: Readonly<Amount>
  readonly #untilNext: Amount
  #rescued: Milliseconds = Number.NEGATIVE_INFINITY

  constructor(files: EntryFiles, limits: Limits, now: () => number, background: Background) {
    this.#files = files
    this.#limits = limits
    this.#now = now
    this.#background = background
    const entries = Math.min(Math.max(Math.ceil(limits.maxEntries / 10), 16), 200)
    const bytes = Math.ceil(limits.maxBytes / 200)
    this.#step = { entries, bytes }
    // Random, or many processes that each write only a little would never cull.
    const part = 1 - Math.random()
    this.#untilNext = { entries: part * entries, bytes: part * bytes }
  }

  /** Call it for each written entry. Returns a promise to wait for if culling does not keep up. */
  wrote(bytes: number): Promise<void> | undefined {
    const left = this.#untilNext
    left.entries -= 1
    left.bytes -= bytes
    if (left.entries > 0 && left.bytes > 0) return undefined
    const cull = this.#background.run("cull", () => this.#cull())
    const isAhead = -left.entries > stepsAhead * this.#step.entries || -left.bytes > stepsAhead * this.#step.bytes
    return isAhead ? cull : undefined
  }

  /** Call it when the disk is full, even if the store is not: removes expired entries in the background. */
  diskIsFull(): void {
    if (performance.now() - this.#rescued < betweenRescues) return
    this.#rescued = performance.now()
    void this.#background.run("cull", () => this.#cull(true))
  }

  async #cull(diskIsFull = false): Promise<void> {
    let surplus: Amount = { entries: 0, bytes: 0 }
    try {
      for (const path of await listOwners(this.#files.fanOut)) await this.#files.removeAbandoned(path)
      for (let round = 0; round < mostRounds; round += 1) {
        const sample = await this.#sample()
        surplus = surplusOf(sample.estimate, this.#limits)
        const removed = await this.#removeFrom(sample.candidates, surplus)
        const goesOn = isTooMuch(surplus) || diskIsFull
        if (removed === 0 || !goesOn || this.#background.closed) break
      }
    } finally {
      this.#scheduleNext(surplus)
    }
  }

  async #sample(): Promise<Sample> {
    const { fanOut } = this.#files
    const size = Math.max(smallestSample, looksForEachEviction * this.#step.entries)
    const places: Place[] = []
    let visited = 0
    for await (const chunk of chunksOf(shuffled(shards), atOnce)) {
      if (places.length >= size) break
      for (const { entries, work } of await Promise.all(chunk.map((shard) => listShard(fanOut, shard)))) {
        for (const path of work) await this.#files.removeAbandoned(path)
        for (const place of entries) places.push(place)
      }
      visited += chunk.length
    }
    const looked = shuffled(places).slice(0, size)
    const candidates: Candidate[] = []
    let bytes = 0
    await mapInChunks(looked, atOnce, async (place) => {
      const stats = await statsOf(place.path)
      if (!stats?.isFile()) return
      candidates.push(candidateFrom(place, stats))
      bytes += stats.size
    })
    // Anything but a regular file is not an entry.
    const listed = (places.length * candidates.length) / Math.max(looked.length, 1)
    const entries = (listed * shards.length) / Math.max(visited, 1)
    return { candidates, estimate: { entries, bytes: (bytes / Math.max(candidates.length, 1)) * entries } }
  }

  /** Reduces the surplus by what it removes; returns the number of removed entries. */
  async #removeFrom(sample: Candidate[], surplus: Amount): Promise<number> {
    const candidates = isTooMuch(surplus)
      ? sample.sort(byLastUse).slice(0, Math.ceil(sample.length / looksForEachEviction))
      : sample.slice(0, looksForExpired)
    let dropped = 0
    await mapInChunks(candidates, atOnce, async ({ place, bytes }) => {
      if (!(await dropDead(this.#files, place, this.#now))) return
      dropped += 1
      surplus.entries -= 1
      surplus.bytes -= bytes
    })
    return dropped + (await evict(this.#files, candidates, surplus))
  }

  /** Soon while the store is full; later if there is room, but in time if other processes write as much. */
  #scheduleNext(surplus: Amount): void {
    this.#untilNext.entries = Math.max(this.#step.entries, -surplus.entries / 8)
    this.#untilNext.bytes = Math.max(this.#step.bytes, -surplus.bytes / 8)
  }
}
