import type { Backend, Capabilities, Milliseconds } from "@larder/core"

/** Keeps the entries that were written last, in memory, up to a number of them. */
export class RecentBackend implements Backend {
  readonly name = "recent"
  readonly capabilities: Capabilities = { shared: false, persistent: false, evicts: true, ttlResolution: 1 }
  readonly #entries = new Map<string, { value: Uint8Array; expiry: number }>()
  readonly #maxEntries: number
  readonly #now: () => Milliseconds

  /** `now` is the clock. Default: `Date.now`. */
  constructor(maxEntries: number, now: () => Milliseconds = Date.now) {
    this.#maxEntries = maxEntries
    this.#now = now
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#live(key)?.value.slice()
  }

  async set(key: string, value: Uint8Array, ttl: Milliseconds = Number.POSITIVE_INFINITY): Promise<void> {
    this.#entries.delete(key) // A Map keeps the order of first insertion: the youngest entry goes to its end.
    this.#entries.set(key, { value: Uint8Array.from(value), expiry: this.#now() + ttl })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#maxEntries && oldest !== undefined) this.#entries.delete(oldest)
  }

  async delete(key: string): Promise<boolean> {
    const live = this.#live(key) !== undefined
    this.#entries.delete(key)
    return live
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    if (this.#live(key) !== undefined) return false
    await this.set(key, value, ttl)
    return true
  }

  async touch(key: string, ttl: Milliseconds = Number.POSITIVE_INFINITY): Promise<boolean> {
    const entry = this.#live(key)
    if (entry !== undefined) entry.expiry = this.#now() + ttl
    return entry !== undefined
  }

  async clear(prefix: string): Promise<void> {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }

  #live(key: string): { value: Uint8Array; expiry: number } | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiry > this.#now() ? entry : undefined
  }
}
