import { GhostList } from "./ghost-list.js"
import { LinkedQueue, type Queued } from "./linked-queue.js"

/** What the policy needs of an entry; it alone writes everything except the key. */
export interface Evictable<Entry> extends Queued<Entry> {
  readonly key: string
  hits: number
  inMain: boolean
}

/** The limit that a store has reached. */
export type Resource = "entries" | "bytes"

const mostHits = 3

/**
 * Chooses the entry to evict: S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: "FIFO queues are all you need for cache eviction",
 * SOSP 2023). New entries enter a small queue, a tenth of the total. Those hit before they reach its end move to the main
 * queue; the others are evicted and leave a ghost. An entry that returns while its ghost exists enters the main queue
 * directly, where every hit, up to three, adds one more round. A hit costs one addition. Unlike in the paper, one hit in
 * the small queue is enough to stay: `bench/eviction` has the figures.
 */
export class S3Fifo<Entry extends Evictable<Entry>> {
  readonly #small = new LinkedQueue<Entry>()
  readonly #main = new LinkedQueue<Entry>()
  readonly #ghosts = new GhostList()

  /** Of all entries together. */
  get bytes(): number {
    return this.#small.bytes + this.#main.bytes
  }

  get entries(): number {
    return this.#small.entries + this.#main.entries
  }

  add(entry: Entry): void {
    entry.inMain = this.#ghosts.take(entry.key)
    this.#queueOf(entry).push(entry)
  }

  hit(entry: Entry): void {
    if (entry.hits < mostHits) entry.hits += 1
  }

  resize(entry: Entry, bytes: number): void {
    this.#queueOf(entry).resize(entry, bytes)
  }

  remove(entry: Entry): void {
    this.#queueOf(entry).remove(entry)
  }

  /** Removes and returns the entry to evict. There must be one other than `spared`. */
  evict(resource: Resource, spared?: Entry): Entry {
    for (;;) {
      const entry = this.#next(resource)
      this.remove(entry)
      if (entry.hits === 0 && entry !== spared) {
        if (!entry.inMain) this.#ghosts.add(entry.key, this.entries)
        return entry
      }
      entry.hits = entry.inMain ? Math.max(0, entry.hits - 1) : 0
      entry.inMain = true
      this.#main.push(entry)
    }
  }

  /** Whether to evict from the small queue: while it holds more than its tenth of the exhausted limit. */
  #next(resource: Resource): Entry {
    const small = this.#small[resource]
    const fromSmall = small * 10 > small + this.#main[resource]
    const entry = fromSmall ? this.#small.oldest : (this.#main.oldest ?? this.#small.oldest)
    if (entry === undefined) throw new RangeError("there is no entry to evict")
    return entry
  }

  #queueOf(entry: Entry): LinkedQueue<Entry> {
    return entry.inMain ? this.#main : this.#small
  }
}
