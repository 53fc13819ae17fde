import type { Backend, Capabilities, Milliseconds } from "@larder/core"

/** An entry as the store keeps it. */
export interface StoredEntry {
  readonly value: Uint8Array
  /** The time of `Date.now` at which it expires; `Infinity`: never. */
  readonly expiry: Milliseconds
}

export interface MyStoreBackendOptions {
  /** The store. Backends with the same map share its entries. Default: a new map. */
  readonly entries?: Map<string, StoredEntry>
}

/** Keeps entries in a `Map`: replace it with a client of your store. */
export class MyStoreBackend implements Backend {
  readonly name = "my-store"
  readonly capabilities: Capabilities = {
    shared: true, // Several backends on one store see each other's writes.
    persistent: false, // Entries outlive the process.
    evicts: false, // The store may drop live entries to make room.
    ttlResolution: 1, // Milliseconds that an entry may be served after its ttl.
    // For a store across a network: remote: true. For a store with limits: maxKeyBytes and maxValueBytes.
  }
  readonly #entries: Map<string, StoredEntry>

  /** Throws a `TypeError` for invalid options. */
  constructor(options: MyStoreBackendOptions = {}) {
    const unknown = Object.keys(options).find((name) => name !== "entries")
    if (unknown !== undefined) throw new TypeError(`Unknown option ${unknown}; a MyStoreBackend takes entries`)
    const { entries = new Map<string, StoredEntry>() } = options
    if (!(entries instanceof Map)) throw new TypeError(`entries must be a Map; got ${String(entries)}`)
    this.#entries = entries
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#live(key)?.value.slice() // A copy, because callers may change it.
  }

  async set(key: string, value: Uint8Array, ttl: Milliseconds = Number.POSITIVE_INFINITY): Promise<void> {
    // A copy again, because callers may change the value afterwards.
    this.#entries.set(key, { value: Uint8Array.from(value), expiry: Date.now() + ttl })
  }

  // If several calls for one entry run concurrently, exactly one returns `true`.
  async delete(key: string): Promise<boolean> {
    const wasLive = this.#live(key) !== undefined
    this.#entries.delete(key)
    return wasLive
  }

  // All other methods of `Backend` are optional. Add those that your store supports: atomically (`add`, `touch`, `incr`, …),
  // in fewer round trips (`getMany`, …), or at all (`clear`, `keys`, `ttl`, …). Do not emulate any: `Cache` knows what to do
  // without them. `npm test` checks the methods that exist, and lists those that do not.

  #live(key: string): StoredEntry | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiry > Date.now() ? entry : undefined
  }
}
