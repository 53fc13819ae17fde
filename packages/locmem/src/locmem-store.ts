import { randomUUID } from "node:crypto"
import { inspect, isDeepStrictEqual } from "node:util"
import type { BackendStats, Codec, Milliseconds } from "@larder/core"
import { estimateEntry, estimateValue } from "./byte-estimate.js"
import { type Expiring, ExpiryHeap, notInHeap } from "./expiry-heap.js"
import { codecs } from "./isolation.js"
import { type LocmemStoreOptions, resolveOptions } from "./locmem-options.js"
import { type Evictable, type Resource, S3Fifo } from "./s3-fifo.js"

const never = Number.POSITIVE_INFINITY

class StoredEntry implements Evictable<StoredEntry>, Expiring {
  expiry = never
  heapIndex = notInHeap
  hits = 0
  inMain = false
  newer: StoredEntry | undefined = undefined
  older: StoredEntry | undefined = undefined
  readonly key: string
  value: unknown
  bytes: number

  constructor(key: string, value: unknown, bytes: number) {
    this.key = key
    this.value = value
    this.bytes = bytes
  }
}

/**
 * The entries of one or more `LocmemBackend`s. Always within its limits, without a timer: expired entries are removed when
 * they are accessed, and before any others when space is needed. Values are kept as encoded by `codec`.
 */
export class LocmemStore {
  /** Identifies this store, for `Backend.location`. */
  readonly location: string = `locmem:${randomUUID()}`
  readonly codec: Codec<unknown>
  readonly #maxEntries: number
  readonly #maxBytes: number
  readonly #now: () => number
  readonly #entries = new Map<string, StoredEntry>()
  readonly #policy = new S3Fifo<StoredEntry>()
  readonly #expiries = new ExpiryHeap<StoredEntry>()
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(options: LocmemStoreOptions = {}) {
    const { maxEntries, maxBytes, isolation, now } = resolveOptions(options)
    this.codec = codecs[isolation]
    this.#maxEntries = maxEntries
    this.#maxBytes = maxBytes
    this.#now = now
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key)
    // The clock is the most expensive part of a hit: it is only read for an entry that expires.
    if (entry === undefined || (entry.expiry !== never && !this.#isLive(entry, this.#now()))) {
      this.#misses += 1
      return undefined
    }
    this.#hits += 1
    this.#policy.hit(entry)
    return entry.value
  }

  /** Throws a `RangeError` and removes the old entry if the new one alone is larger than `maxBytes`. */
  set(key: string, value: unknown, ttl?: Milliseconds): void {
    const now = this.#now()
    const old = this.#find(key, now)
    const bytes = this.#estimate(key, value)
    if (bytes > this.#maxBytes) {
      if (old !== undefined) this.#remove(old)
      throw this.#tooLarge(bytes)
    }
    if (old === undefined) this.#insert(new StoredEntry(key, value, bytes), ttl, now)
    else this.#replace(old, value, bytes, ttl, now)
  }

  add(key: string, value: unknown, ttl?: Milliseconds): boolean {
    if (this.#find(key, this.#now()) !== undefined) return false
    this.set(key, value, ttl)
    return true
  }

  touch(key: string, ttl?: Milliseconds): boolean {
    const now = this.#now()
    const entry = this.#find(key, now)
    if (entry !== undefined) this.#expireAfter(entry, ttl, now)
    return entry !== undefined
  }

  /** Throws a `TypeError` if the entry is not an integer, a `RangeError` if it or the sum is not a safe integer. */
  incr(key: string, delta: number): number | undefined {
    const entry = this.#find(key, this.#now())
    if (entry === undefined) return undefined
    const sum = increment(entry.value, delta)
    entry.value = sum
    this.#policy.hit(entry)
    return sum
  }

  delete(key: string): boolean {
    const entry = this.#find(key, this.#now())
    if (entry !== undefined) this.#remove(entry)
    return entry !== undefined
  }

  deleteIfEqual(key: string, value: unknown): boolean {
    const entry = this.#find(key, this.#now())
    if (entry === undefined || !isDeepStrictEqual(entry.value, value)) return false
    this.#remove(entry)
    return true
  }

  /** Throws a `RangeError` and keeps the old entry if the new one alone is larger than `maxBytes`. */
  replaceIfEqual(key: string, expected: unknown, value: unknown, ttl?: Milliseconds): boolean {
    const now = this.#now()
    const entry = this.#find(key, now)
    if (entry === undefined || !isDeepStrictEqual(entry.value, expected)) return false
    const bytes = this.#estimate(key, value)
    if (bytes > this.#maxBytes) throw this.#tooLarge(bytes)
    this.#replace(entry, value, bytes, ttl, now)
    return true
  }

  clear(prefix: string): void {
    for (const entry of this.#entries.values()) if (entry.key.startsWith(prefix)) this.#remove(entry)
  }

  has(key: string): boolean {
    return this.#find(key, this.#now()) !== undefined
  }

  keys(prefix: string): string[] {
    this.prune()
    return [...this.#entries.keys()].filter((key) => key.startsWith(prefix))
  }

  /** Milliseconds left, `null` if the entry never expires, `undefined` if there is no live entry. */
  ttl(key: string): Milliseconds | null | undefined {
    const now = this.#now()
    const entry = this.#find(key, now)
    if (entry === undefined) return undefined
    return entry.expiry === never ? null : entry.expiry - now
  }

  /** Removes expired entries and returns how many there were. Not needed to stay within the limits. */
  prune(): number {
    const now = this.#now()
    let pruned = 0
    for (let entry = this.#expiries.firstExpired(now); entry; entry = this.#expiries.firstExpired(now)) {
      this.#remove(entry)
      pruned += 1
    }
    return pruned
  }

  stats(): BackendStats {
    this.prune()
    return {
      entries: this.#entries.size,
      ...(this.#maxBytes !== Number.POSITIVE_INFINITY && { bytes: this.#policy.bytes }),
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    }
  }

  /** The live entry; removes an expired one. */
  #find(key: string, now: number): StoredEntry | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && this.#isLive(entry, now) ? entry : undefined
  }

  #isLive(entry: StoredEntry, now: number): boolean {
    if (now < entry.expiry) return true
    this.#remove(entry)
    return false
  }

  #insert(entry: StoredEntry, ttl: Milliseconds | undefined, now: number): void {
    this.#makeRoom(1, entry.bytes, now)
    this.#entries.set(entry.key, entry)
    this.#policy.add(entry)
    this.#expireAfter(entry, ttl, now)
  }

  #replace(entry: StoredEntry, value: unknown, bytes: number, ttl: Milliseconds | undefined, now: number): void {
    this.#makeRoom(0, bytes - entry.bytes, now, entry)
    this.#policy.resize(entry, bytes)
    this.#policy.hit(entry)
    entry.value = value
    this.#expireAfter(entry, ttl, now)
  }

  #makeRoom(entries: number, bytes: number, now: number, spared?: StoredEntry): void {
    while (this.#policy.bytes + bytes > this.#maxBytes) this.#dropOne("bytes", now, spared)
    while (this.#entries.size + entries > this.#maxEntries) this.#dropOne("entries", now, spared)
  }

  #dropOne(resource: Resource, now: number, spared: StoredEntry | undefined): void {
    const expired = this.#expiries.firstExpired(now)
    if (expired !== undefined) {
      this.#remove(expired)
      return
    }
    const evicted = this.#policy.evict(resource, spared)
    this.#expiries.remove(evicted)
    this.#entries.delete(evicted.key)
    this.#evictions += 1
  }

  #expireAfter(entry: StoredEntry, ttl: Milliseconds | undefined, now: number): void {
    entry.expiry = ttl === undefined ? never : now + ttl
    if (ttl === undefined) this.#expiries.remove(entry)
    else this.#expiries.update(entry)
  }

  #remove(entry: StoredEntry): void {
    this.#entries.delete(entry.key)
    this.#policy.remove(entry)
    this.#expiries.remove(entry)
  }

  #estimate(key: string, value: unknown): number {
    return this.#maxBytes === Number.POSITIVE_INFINITY ? 0 : estimateEntry(key) + estimateValue(value)
  }

  #tooLarge(bytes: number): RangeError {
    return new RangeError(`An entry of ${bytes} bytes (estimated) is larger than maxBytes, ${this.#maxBytes}`)
  }
}

function increment(value: unknown, delta: number): number {
  // Stores of bytes do not keep -0 as digits, and cannot count it.
  if (typeof value !== "number" || !Number.isInteger(value) || Object.is(value, -0)) {
    const found =
      typeof value === "number" ? inspect(value) : `a value of type ${value === null ? "null" : typeof value}`
    throw new TypeError(`Only an integer can be incremented; the entry holds ${found}`)
  }
  const sum = value + delta
  if (Number.isSafeInteger(value) && Number.isSafeInteger(sum)) return sum
  throw new RangeError(`${value} + ${delta} is beyond the integers that a number holds exactly`)
}
