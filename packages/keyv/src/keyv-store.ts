import { EventEmitter } from "node:events"
import { inspect } from "node:util"
import type { Cache, Timeout } from "@larder/core"

const ENTRIES_A_PAGE = 100

/** Throws a `TypeError` for a ttl that is not a number. */
function timeoutOf(ttl: number | undefined): Timeout {
  if (ttl === undefined || ttl === Number.POSITIVE_INFINITY) return null
  if (ttl === Number.NEGATIVE_INFINITY) return ttl
  if (typeof ttl === "number" && !Number.isNaN(ttl)) return `${ttl}ms`
  throw new TypeError(`ttl must be a number of milliseconds; got ${inspect(ttl)}`)
}

/**
 * A cache as a store for Keyv 5 and 6, and for everything that accepts a Keyv or a Keyv store: got, cacheable,
 * cache-manager. What Keyv stores without a ttl never expires, whatever the `timeout` of the cache. Disconnecting Keyv does
 * not close the cache.
 *
 * It has no batch writes, because the versions of Keyv expect different results; Keyv loops instead. Clearing a namespace
 * and iterating need a cache that has `keys`, and reject with `NotSupportedError` otherwise.
 *
 * It is an emitter only because Keyv requires one: failures are rejections.
 */
export class KeyvStore extends EventEmitter {
  // Keyv 5 iterates only over stores with a dialect that it knows.
  readonly opts: Record<string, unknown> = { dialect: "redis" }
  readonly #cache: Cache
  #namespace: string | undefined
  #isNamed = false
  #isShared = false

  /** Throws a `TypeError` if `cache` is not a cache. */
  constructor(cache: Cache) {
    super()
    if (typeof cache?.getMany !== "function") {
      throw new TypeError(`A KeyvStore takes a Cache; got ${inspect(cache, { depth: -1 })}`)
    }
    this.#cache = cache
  }

  /** Set by Keyv 5, which also prefixes every key itself. Keyv 6 does not set it. */
  get namespace(): string | undefined {
    return this.#namespace
  }

  set namespace(namespace: string | undefined) {
    this.#isShared ||= this.#isNamed && namespace !== this.#namespace
    this.#isNamed = true
    this.#namespace = namespace
  }

  /** Returns what Keyv stored: a JSON string, or the object itself if Keyv does not serialize. */
  get<Value>(key: string): Promise<Value | undefined> {
    return this.#cache.get<Value>(key)
  }

  async getMany<Value>(keys: string[]): Promise<(Value | undefined)[]> {
    const found = await this.#cache.getMany<Value>(keys)
    return keys.map((key) => found.get(key))
  }

  /** `ttl` in milliseconds; none or `Infinity`: never expires; zero or less removes the entry. */
  async set(key: string, value: unknown, ttl?: number): Promise<true> {
    await this.#cache.set(key, value, { timeout: timeoutOf(ttl) })
    return true
  }

  delete(key: string): Promise<boolean> {
    return this.#cache.delete(key)
  }

  has(key: string): Promise<boolean> {
    return this.#cache.has(key)
  }

  /** Removes the entries of the namespace, or all entries of the cache if there is none. */
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

  /** Yields keys, with their namespace, and what is stored under them. */
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
