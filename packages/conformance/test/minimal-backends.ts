import type { Backend, Capabilities, Codec } from "@larder/core"
import { type MapEntry, mapCapabilities } from "./map-backend.js"

interface Store<Stored> {
  readonly entries: Map<string, MapEntry<Stored>>
  readonly now: number
}

/** A correct backend with only get, set and delete, for stored values of any type. */
export class MinimalBackend<Stored = Uint8Array> implements Backend<Stored> {
  readonly name: string = "minimal"
  readonly capabilities: Capabilities = mapCapabilities
  readonly #store: Store<Stored>

  constructor(store: Store<Stored>) {
    this.#store = store
  }

  /** The live entry. */
  find(key: string): MapEntry<Stored> | undefined {
    const entry = this.#store.entries.get(key)
    return entry !== undefined && entry.expiry > this.#store.now ? entry : undefined
  }

  copy(value: Stored): Stored {
    return structuredClone(value)
  }

  async get(key: string): Promise<Stored | undefined> {
    const entry = this.find(key)
    return entry && this.copy(entry.value)
  }

  async set(key: string, value: Stored, ttl: number = Number.POSITIVE_INFINITY): Promise<void> {
    this.#store.entries.set(key, { value: this.copy(value), expiry: this.#store.now + ttl })
  }

  async delete(key: string): Promise<boolean> {
    const live = this.find(key) !== undefined
    this.#store.entries.delete(key)
    return live
  }
}

/** Stores values instead of bytes, with a codec of its own. */
export class ValueBackend extends MinimalBackend<unknown> {
  readonly codec: Codec<unknown>

  constructor(store: Store<unknown>, codec: Codec<unknown> = { encode: structuredClone, decode: structuredClone }) {
    super(store)
    this.codec = codec
  }

  /** The codec has already copied the value. */
  override copy(value: unknown): unknown {
    return value
  }
}
