import type { Backend, BackendStats, Capabilities, Entry, Finding, Milliseconds } from "@larder/core"

/** A stored entry; `expiry` is a time of the store's clock, infinite for "never". */
export interface MapEntry<Stored = Uint8Array> {
  readonly value: Stored
  readonly expiry: number
}

/** The store that handles share. */
export class MapStore {
  readonly entries: Map<string, MapEntry> = new Map()
  now = 0
}

/** The default capabilities of the backends in these tests. */
export const mapCapabilities: Capabilities = { shared: true, persistent: false, evicts: false, ttlResolution: 1 }

/** A correct backend with every optional method, from which the mutants are derived. */
export class MapBackend implements Backend {
  readonly name: string = "map"
  readonly capabilities: Capabilities = mapCapabilities
  readonly store: MapStore

  constructor(store: MapStore = new MapStore()) {
    this.store = store
  }

  /** The live entry. */
  find(key: string): MapEntry | undefined {
    const entry = this.store.entries.get(key)
    return entry !== undefined && entry.expiry > this.store.now ? entry : undefined
  }

  put(key: string, value: Uint8Array, expiry: number): void {
    const { maxValueBytes = Number.POSITIVE_INFINITY } = this.capabilities
    if (value.length > maxValueBytes)
      throw new RangeError(`${value.length} bytes, and at most ${maxValueBytes} are kept`)
    this.store.entries.set(key, { value: Uint8Array.from(value), expiry })
  }

  end(ttl: Milliseconds | undefined): number {
    return ttl === undefined ? Number.POSITIVE_INFINITY : this.store.now + ttl
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const entry = this.find(key)
    return entry && Uint8Array.from(entry.value)
  }

  async set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    this.put(key, value, this.end(ttl))
  }

  async delete(key: string): Promise<boolean> {
    const live = this.find(key) !== undefined
    this.store.entries.delete(key)
    return live
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    if (this.find(key) !== undefined) return false
    this.put(key, value, this.end(ttl))
    return true
  }

  async touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    const entry = this.find(key)
    if (entry === undefined) return false
    this.put(key, entry.value, this.end(ttl))
    return true
  }

  async incr(key: string, delta: number): Promise<number | undefined> {
    const entry = this.find(key)
    if (entry === undefined) return undefined
    const sum = sumOf(entry.value, delta)
    this.put(key, new TextEncoder().encode(String(sum)), entry.expiry)
    return sum
  }

  async deleteIfEqual(key: string, value: Uint8Array): Promise<boolean> {
    const entry = this.find(key)
    if (entry === undefined || Buffer.compare(entry.value, value) !== 0) return false
    return this.store.entries.delete(key)
  }

  async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const entry = this.find(key)
    if (entry === undefined || Buffer.compare(entry.value, expected) !== 0) return false
    this.put(key, value, this.end(ttl))
    return true
  }

  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)))
  }

  getSync(key: string): Uint8Array | undefined {
    const entry = this.find(key)
    return entry && Uint8Array.from(entry.value)
  }

  async setMany(entries: readonly Entry[], ttl?: Milliseconds): Promise<void> {
    for (const { key, value } of entries) await this.set(key, value, ttl)
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    const removed = await Promise.all(keys.map((key) => this.delete(key)))
    return removed.filter(Boolean).length
  }

  async clear(prefix: string): Promise<void> {
    for (const key of this.store.entries.keys()) if (key.startsWith(prefix)) this.store.entries.delete(key)
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    for (const key of [...this.store.entries.keys()]) {
      if (key.startsWith(prefix) && this.find(key) !== undefined) yield key
    }
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    const entry = this.find(key)
    if (entry === undefined) return undefined
    return entry.expiry === Number.POSITIVE_INFINITY ? null : entry.expiry - this.store.now
  }

  async prune(): Promise<number> {
    let dropped = 0
    for (const key of this.store.entries.keys()) {
      if (this.find(key) === undefined && this.store.entries.delete(key)) dropped += 1
    }
    return dropped
  }

  async stats(): Promise<BackendStats> {
    return { entries: this.store.entries.size }
  }

  async ping(): Promise<void> {}

  async diagnose(): Promise<readonly Finding[]> {
    return [
      {
        severity: "info",
        code: "unlimited",
        found: "The Map has no limit.",
        why: "It grows with every new key.",
        advice: "Use it in tests only.",
      },
    ]
  }

  /** A Map rejects only values that are too large. */
  isRefusal(_error: unknown): boolean {
    return false
  }

  async close(): Promise<void> {}
}

/** Adds to the decimal integer in these bytes. Throws a `TypeError` or a `RangeError`, as the contract requires. */
export function sumOf(value: Uint8Array, delta: number): number {
  const text = Buffer.from(value).toString("latin1")
  if (!/^-?\d+$/.test(text)) throw new TypeError("the entry is not an integer")
  const sum = Number(text) + delta
  if (!Number.isSafeInteger(Number(text)) || !Number.isSafeInteger(sum)) throw new RangeError("beyond safe integers")
  return sum
}
