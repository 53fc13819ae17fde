import type { Backend, Capabilities, Milliseconds } from "../src/backend.js"

interface MapEntry {
  value: Uint8Array
  expiry: number
}

/** A backend over a Map with a clock that tests set: enough of one to try `Cache` on, with every atomic method. */
export class MapBackend implements Backend {
  readonly name = "map"
  readonly capabilities: Capabilities
  readonly entries: Map<string, MapEntry> = new Map()
  /** The method names that were called, in their order. */
  readonly calls: string[] = []
  now = 0
  /** Thrown by every call while it is set. */
  failure: Error | undefined

  constructor(capabilities: Partial<Capabilities> = {}) {
    this.capabilities = { shared: true, persistent: false, evicts: false, ttlResolution: 1, ...capabilities }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#called("get")
    return this.#live(key)?.value
  }

  async set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    this.#called("set")
    this.#store(key, value, ttl)
  }

  async delete(key: string): Promise<boolean> {
    this.#called("delete")
    return this.#live(key) !== undefined && this.entries.delete(key)
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    this.#called("add")
    if (this.#live(key) !== undefined) return false
    this.#store(key, value, ttl)
    return true
  }

  async touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    this.#called("touch")
    const entry = this.#live(key)
    if (entry === undefined) return false
    entry.expiry = this.#expiry(ttl)
    return true
  }

  async incr(key: string, delta: number): Promise<number | undefined> {
    this.#called("incr")
    const entry = this.#live(key)
    if (entry === undefined) return undefined
    const text = Buffer.from(entry.value).toString()
    if (!/^-?\d+$/.test(text)) throw new TypeError("not an integer")
    const sum = Number(text) + delta
    if (!Number.isSafeInteger(sum)) throw new RangeError("out of range")
    entry.value = Buffer.from(String(sum))
    return sum
  }

  async deleteIfEqual(key: string, value: Uint8Array): Promise<boolean> {
    this.#called("deleteIfEqual")
    return this.#holds(key, value) && this.entries.delete(key)
  }

  async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    this.#called("replaceIfEqual")
    if (!this.#holds(key, expected)) return false
    this.#store(key, value, ttl)
    return true
  }

  async clear(prefix: string): Promise<void> {
    this.#called("clear")
    for (const key of this.entries.keys()) if (key.startsWith(prefix)) this.entries.delete(key)
  }

  async *keys(prefix: string): AsyncGenerator<string, void, undefined> {
    this.#called("keys")
    for (const key of this.entries.keys()) {
      if (key.startsWith(prefix) && this.#live(key) !== undefined) yield key
    }
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    this.#called("ttl")
    const entry = this.#live(key)
    if (entry === undefined) return undefined
    return entry.expiry === Number.POSITIVE_INFINITY ? null : entry.expiry - this.now
  }

  async close(): Promise<void> {
    this.#called("close")
  }

  /** What a key holds, as text: for tests of what is really stored. */
  text(key: string): string | undefined {
    const entry = this.entries.get(key)
    return entry && Buffer.from(entry.value).toString()
  }

  #called(method: string): void {
    this.calls.push(method)
    if (this.failure !== undefined) throw this.failure
  }

  #store(key: string, value: Uint8Array, ttl: Milliseconds | undefined): void {
    this.entries.set(key, { value: Buffer.from(value), expiry: this.#expiry(ttl) })
  }

  #expiry(ttl: Milliseconds | undefined): number {
    return ttl === undefined ? Number.POSITIVE_INFINITY : this.now + ttl
  }

  #holds(key: string, value: Uint8Array): boolean {
    const held = this.#live(key)?.value
    return held !== undefined && Buffer.from(held).equals(value)
  }

  #live(key: string): MapEntry | undefined {
    const entry = this.entries.get(key)
    return entry !== undefined && entry.expiry > this.now ? entry : undefined
  }
}
