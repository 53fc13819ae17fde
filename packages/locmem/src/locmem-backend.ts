import type { Backend, BackendStats, Capabilities, Codec, Entry, Milliseconds } from "@larder/core"
import type { LocmemStoreOptions } from "./locmem-options.js"
import { LocmemStore } from "./locmem-store.js"

/** Options for a new store, or a store to share with other backends. */
export type LocmemBackendOptions = LocmemStoreOptions | { readonly store: LocmemStore }

/**
 * Keeps entries in the memory of this process, within limits. Each backend has its own store, unless it is passed one.
 */
export class LocmemBackend implements Backend<unknown> {
  readonly name = "locmem"
  readonly capabilities: Capabilities = { shared: true, persistent: false, evicts: true, ttlResolution: 1 }
  readonly location: string
  readonly codec: Codec<unknown>
  readonly #store: LocmemStore
  readonly #ownsStore: boolean

  constructor(options: LocmemBackendOptions = {}) {
    this.#ownsStore = !("store" in options)
    this.#store = "store" in options ? givenStore(options) : new LocmemStore(options)
    this.location = this.#store.location
    this.codec = this.#store.codec
  }

  async get(key: string): Promise<unknown> {
    return this.#store.get(key)
  }

  getSync(key: string): unknown {
    return this.#store.get(key)
  }

  /** Rejects with a `RangeError` if the entry alone is larger than `maxBytes`; the old entry is then removed too. */
  async set(key: string, value: unknown, ttl?: Milliseconds): Promise<void> {
    this.#store.set(key, value, ttl)
  }

  async delete(key: string): Promise<boolean> {
    return this.#store.delete(key)
  }

  async add(key: string, value: unknown, ttl?: Milliseconds): Promise<boolean> {
    return this.#store.add(key, value, ttl)
  }

  async touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    return this.#store.touch(key, ttl)
  }

  async incr(key: string, delta: number): Promise<number | undefined> {
    return this.#store.incr(key, delta)
  }

  async deleteIfEqual(key: string, value: unknown): Promise<boolean> {
    return this.#store.deleteIfEqual(key, value)
  }

  /** Rejects with a `RangeError` if the new entry alone is larger than `maxBytes`; the old one is unchanged. */
  async replaceIfEqual(key: string, expected: unknown, value: unknown, ttl?: Milliseconds): Promise<boolean> {
    return this.#store.replaceIfEqual(key, expected, value, ttl)
  }

  async getMany(keys: readonly string[]): Promise<readonly unknown[]> {
    return keys.map((key) => this.#store.get(key))
  }

  /** Stores every entry that it can, then rejects with the first error, if any. */
  async setMany(entries: readonly Entry<unknown>[], ttl?: Milliseconds): Promise<void> {
    const errors: unknown[] = []
    for (const { key, value } of entries) {
      try {
        this.#store.set(key, value, ttl)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    return keys.filter((key) => this.#store.delete(key)).length
  }

  async clear(prefix: string): Promise<void> {
    this.#store.clear(prefix)
  }

  async *keys(prefix: string): AsyncIterable<string> {
    for (const key of this.#store.keys(prefix)) if (this.#store.has(key)) yield key
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    return this.#store.ttl(key)
  }

  async prune(): Promise<number> {
    return this.#store.prune()
  }

  async stats(): Promise<BackendStats> {
    return this.#store.stats()
  }

  async ping(): Promise<void> {}

  /** Empties the store, unless it was passed in. */
  async close(): Promise<void> {
    if (this.#ownsStore) this.#store.clear("")
  }
}

function givenStore(options: { readonly store: LocmemStore }): LocmemStore {
  if (!(options.store instanceof LocmemStore)) throw new TypeError("store must be a LocmemStore")
  const others = Object.keys(options).filter((name) => name !== "store")
  if (others.length === 0) return options.store
  throw new TypeError(`${others.join(", ")} cannot be combined with store: pass such options to the LocmemStore`)
}
