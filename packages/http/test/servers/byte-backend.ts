import type { Backend, Milliseconds } from "@larder/core"

interface Entry {
  readonly value: Uint8Array
  readonly end: number
}

/** A store of bytes in a Map that a test can inspect and change directly. */
export class ByteBackend implements Backend {
  readonly name = "bytes"
  readonly capabilities: Backend["capabilities"] = { shared: true, persistent: false, evicts: false, ttlResolution: 1 }
  readonly entries: Map<string, Entry> = new Map()
  readonly #now: () => Milliseconds

  constructor(now: () => Milliseconds = Date.now) {
    this.#now = now
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#live(key)
  }

  async set(key: string, value: Uint8Array, ttl: Milliseconds = Number.POSITIVE_INFINITY): Promise<void> {
    this.entries.set(key, { value: value.slice(), end: this.#now() + ttl })
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    if (this.#live(key) !== undefined) return false
    void this.set(key, value, ttl)
    return true
  }

  async delete(key: string): Promise<boolean> {
    return this.entries.delete(key)
  }

  #live(key: string): Uint8Array | undefined {
    const entry = this.entries.get(key)
    return entry !== undefined && this.#now() < entry.end ? entry.value : undefined
  }
}
