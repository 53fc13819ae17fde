import { EventEmitter } from "node:events"
import type { Cache } from "@larder/core"

const ENTRIES_A_PAGE = 100

/**
 * A cache as a store for Keyv 5 and 6, and so for everything that takes a Keyv or a store of one: got, cacheable,
 * cache-manager. What Keyv stores without a ttl never expires, whatever the timeout of the cache. The cache stays the
 * caller's: disconnecting Keyv does not close it.
 *
 * Batches of writes are left to Keyv, whose versions expect different answers of a store. Clearing a namespace and
 * iterating need a cache that can list its keys, and reject with a `NotSupportedError` elsewhere.
 *
 * An emitter only because Keyv asks for one: failures are rejections.
 */
export class KeyvStore extends EventEmitter {
  // Keyv 5 iterates nothing but stores of the dialects that it has a list of.
  readonly opts: Record<string, unknown> = { dialect: "redis" }
  readonly #cache: Cache
  #namespace: string | undefined
  #isNamed = false
  #isShared = false

  constructor(cache: Cache) {
    super()
    this.#cache = cache
  }

  /** Set by Keyv 5, which puts it before every key by itself. Keyv 6 keeps it to itself. */
  get namespace(): string | undefined {
    return this.#namespace
  }

  set namespace(namespace: string | undefined) {
    this.#isShared ||= this.#isNamed && namespace !== this.#namespace
    this.#isNamed = true
    this.#namespace = namespace
  }

  /** What Keyv stored: its JSON text, or the object itself where it was told not to serialize. */
  get<Value>(key: string): Promise<Value | undefined> {
    return this.#cache.get<Value>(key)
  }

  async getMany<Value>(keys: string[]): Promise<(Value | undefined)[]> {
    const found = await this.#cache.getMany<Value>(keys)
    return keys.map((key) => found.get(key))
  }

  /** `ttl` in milliseconds; zero or less removes the entry. */
  async set(key: string, value: unknown, ttl?: number): Promise<true> {
    await this.#cache.set(key, value, {
      timeout: ttl === undefined || ttl === Number.POSITIVE_INFINITY ? null : `${ttl}ms`,
    })
    return true
  }

  delete(key: string): Promise<boolean> {
    return this.#cache.delete(key)
  }

  has(key: string): Promise<boolean> {
    return this.#cache.has(key)
  }

  /** Removes the entries of the namespace; without one, those of the cache. */
  async clear(): Promise<void> {
    if (this.#isShared) {
      throw new Error(
        "This KeyvStore has served several namespaces, and cannot tell which of them is to be cleared: give each Keyv " +
          "a KeyvStore of its own; they can be on the same cache",
      )
    }
    if (this.#namespace === undefined) await this.#cache.clear()
    else for await (const keys of this.#pages(`${this.#namespace}:`)) await this.#cache.deleteMany(keys)
  }

  /** Keys as they are stored, with the namespace, and what is stored under them. */
  async *iterator<Value>(namespace?: string): AsyncGenerator<[string, Awaited<Value>], void> {
    for await (const keys of this.#pages(namespace === undefined ? "" : `${namespace}:`)) {
      yield* await this.#cache.getMany<Awaited<Value>>(keys)
    }
  }

  async *#pages(prefix: string): AsyncGenerator<string[], void> {
    let page: string[] = []
    for await (const key of this.#cache.keys(prefix)) {
      if (page.push(key) < ENTRIES_A_PAGE) continue
      yield page
      page = []
    }
    if (page.length > 0) yield page
  }
}
