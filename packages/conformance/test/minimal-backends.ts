import type { Backend, Capabilities, Codec } from "@larder/core"
import type { MapEntry } from "./map-backend.js"

interface Store<Stored> {
  readonly entries: Map<string, MapEntry<Stored>>
  readonly now: number
}

/** A correct backend that has get, set and delete and nothing else, for stored values of any kind. */
export class MinimalBackend<Stored = Uint8Array> implements Backend<Stored> {
  readonly name: string = "minimal"
  readonly capabilities: Capabilities = { shared: true, persistent: false, evicts: false, ttlResolution: 1 }
  readonly #store: Store<Stored>

  constructor(store: Store<Stored>) {
    this.#store = store
  }

  #isLive(key: string): boolean {
    return (this.#store.entries.get(key)?.expiry ?? 0) > this.#store.now
  }

  async get(key: string): Promise<Stored | undefined> {
    return this.#isLive(key) ? structuredClone(this.#store.entries.get(key)?.value) : undefined
  }

  async set(key: string, value: Stored, ttl: number = Number.POSITIVE_INFINITY): Promise<void> {
    this.#store.entries.set(key, { value: structuredClone(value), expiry: this.#store.now + ttl })
  }

  async delete(key: string): Promise<boolean> {
    const live = this.#isLive(key)
    this.#store.entries.delete(key)
    return live
  }
}

/** Keeps values in the place of bytes, by a codec of its own. */
export class ValueBackend extends MinimalBackend<unknown> {
  readonly codec: Codec<unknown>

  constructor(store: Store<unknown>, codec: Codec<unknown> = { encode: structuredClone, decode: structuredClone }) {
    super(store)
    this.codec = codec
  }
}
