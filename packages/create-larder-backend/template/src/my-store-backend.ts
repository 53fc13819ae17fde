import type { Backend, Capabilities, Milliseconds } from "@larder/core"

/** An entry as the store keeps it. */
export interface StoredEntry {
  readonly value: Uint8Array
  /** When it expires, by `Date.now`. `Infinity`: never. */
  readonly expiry: Milliseconds
}

export interface MyStoreBackendOptions {
  /** The store. Backends that are given the same map share its entries. Default: a new map. */
  readonly entries?: Map<string, StoredEntry>
}

/** Keeps entries in a `Map`, to begin with: replace the map with a client of your store. */
export class MyStoreBackend implements Backend {
  readonly name = "my-store"
  readonly capabilities: Capabilities = {
    shared: true, // Several backends on one store see each other's writes.
    persistent: false, // Entries outlive the process.
    evicts: false, // The store may drop live entries to make room.
    ttlResolution: 1, // Milliseconds that an entry may be served after its ttl.
    // remote: true, for a store behind a network. maxKeyBytes and maxValueBytes, for one with limits.
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
    return this.#live(key)?.value.slice() // A copy: callers may change what they get.
  }

  async set(key: string, value: Uint8Array, ttl: Milliseconds = Number.POSITIVE_INFINITY): Promise<void> {
    // A copy again: callers may change what they passed.
    this.#entries.set(key, { value: Uint8Array.from(value), expiry: Date.now() + ttl })
  }

  // Of many calls for one entry at the same time, exactly one returns `true`.
  async delete(key: string): Promise<boolean> {
    const wasLive = this.#live(key) !== undefined
    this.#entries.delete(key)
    return wasLive
  }

  // Every other method of `Backend` is optional: add those that the store itself can carry out, each in one step (`add`,
  // `touch`, `incr`, …), in fewer round trips (`getMany`, …) or at all (`clear`, `keys`, `ttl`, …). Never emulate one:
  // `Cache` knows what to do without it. `npm test` checks each method that is there and names those that are not.

  #live(key: string): StoredEntry | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiry > Date.now() ? entry : undefined
  }
}
