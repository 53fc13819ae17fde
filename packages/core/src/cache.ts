// Over 300 lines: the whole public API of a cache, with its documentation, in one place; each method only arranges parts.
import type { Backend, BackendStats, Milliseconds } from "./backend.js"
import { deleteMany } from "./batches.js"
import { type CacheOptions, checkCacheOptions, checkVersion } from "./cache-options.js"
import { type CacheParts, makeParts } from "./cache-parts.js"
import {
  checkDelta,
  checkKeys,
  type GetOptions,
  type GetOrSetManyOptions,
  type GetOrSetOptions,
  type KeyVersionOptions,
  type Properties,
  pairsOf,
  type SetOptions,
  type Strings,
  type WriteOptions,
  writeOptions,
} from "./call-options.js"
import { checkBackend } from "./check-backend.js"
import { incrEntry } from "./count.js"
import { describeValue } from "./describe-value.js"
import { EntryAccess } from "./entry-access.js"
import { touchEntry, ttlOfEntry } from "./entry-expiry.js"
import { EntryReads } from "./entry-reads.js"
import { EntryWrites, type WriteKind } from "./entry-writes.js"
import { KeyNotFoundError, NotSupportedError } from "./errors.js"
import type { FillView } from "./fill.js"
import { getOrSet } from "./get-or-set.js"
import { getOrSetMany, type ManyProducer } from "./get-or-set-many.js"
import { liveValues, placesFor } from "./live-values.js"
import { acquireLock, type HeldLock, type LockOptions } from "./lock.js"
import { moveVersion } from "./move-version.js"
import { untilAborted } from "./on-abort.js"
import type { Producer } from "./producer.js"
import { promiseTry } from "./promise-try.js"
import { refreshPolicy } from "./refresh-policy.js"
import type { Scope } from "./scopes.js"
import { type Keeping, storeMany, storeOne } from "./store-values.js"
import { checkEntryTags, checkTags, type TagSnapshot, type Tags } from "./tags.js"
import { NOT_KEPT, type Timeout, toTtl } from "./timeout.js"
import { guardedTtl } from "./tokens.js"
import type { Operation } from "./tracing.js"
import { type WrapOptions, type Wrapped, wrap } from "./wrap.js"

const DEFAULT_VERSION = 1
const noTags: readonly string[] = []

/** What some backends can do, and nothing stands in for. */
type Need = "add" | "clear" | "incr" | "keys" | "prune" | "stats" | "touch" | "ttl"

/** Which cache a view is one of, and of which part of it. */
interface View {
  readonly parts: CacheParts
  /** The names of the namespaces that it is in, the innermost last. */
  readonly path: readonly string[]
}

/**
 * A cache over a backend, with Django's API. Keys get a prefix and a version; values can be anything that the codec
 * supports; timeouts are seconds, or a string with a unit.
 *
 * Invalid arguments reject with a `TypeError` or an `InvalidKeyError`, values that cannot be stored with a
 * `SerializationError`. When the store fails, reads count as misses and `set`, `setMany` and `touch` do nothing, unless
 * `onError` is `"throw"`; everything else rejects with a `BackendError`.
 */
export class Cache {
  readonly #parts: CacheParts
  readonly #path: readonly string[]
  /** The generation of the namespace, where keys depend on one. */
  readonly #scope: Scope | undefined
  readonly #access: EntryAccess
  readonly #reads: EntryReads
  readonly #writes: EntryWrites
  readonly #tags: Tags
  readonly #fillView: FillView

  constructor(backend: Backend<unknown>, options?: CacheOptions)
  /** @internal A view of the same cache. */
  constructor(backend: Backend<unknown>, options: CacheOptions, view: View)
  constructor(backend: Backend<unknown>, options: CacheOptions = {}, view?: View) {
    checkBackend(backend)
    checkCacheOptions(options)
    this.#parts = view?.parts ?? makeParts(backend, options)
    this.#path = view?.path ?? []
    this.#scope = this.#parts.scopes.of(this.#path)
    this.#tags = this.#parts.tagsOf(this.#path)
    this.#access = new EntryAccess(this.#parts, this.#scope, options.version ?? DEFAULT_VERSION)
    this.#reads = new EntryReads(this.#parts, this.#access)
    this.#writes = new EntryWrites(this.#parts, this.#access)
    this.#fillView = { access: this.#access, tagSpace: this.#tags, inNamespace: this.#path.length > 0 }
  }

  /** The name of the cache in traces, warnings and errors. */
  get alias(): string {
    return this.#parts.calls.alias
  }

  /** The default version of keys. */
  get version(): number {
    return this.#access.version
  }

  /** Prepended to every key; `""` if nothing is. */
  get keyPrefix(): string {
    return this.#parts.keys.keyPrefix
  }

  /** The default timeout of entries, in seconds; `null`: they never expire. */
  get timeout(): number | null {
    const { defaultTtl } = this.#parts
    return defaultTtl === undefined ? null : defaultTtl / 1_000
  }

  /**
   * The backend, for methods that its class has beyond the contract (`flush`, `createTable`). It takes final keys, and
   * calls to it bypass tracing, timeouts and error handling.
   */
  get backend(): Backend<unknown> {
    return this.#parts.given
  }

  /** Returns the value of a live entry, else `undefined`. `null`, `0`, `""` and `false` are values. */
  get<Value = unknown>(key: string, options?: KeyVersionOptions): Promise<Value | undefined>
  /** Returns the value of a live entry, else `options.default`. `null`, `0`, `""` and `false` are values. */
  get<Value = unknown, Default = Value>(key: string, options: GetOptions<Default>): Promise<Value | Default>
  get(key: string, options?: Partial<GetOptions<unknown>>): Promise<unknown> {
    const reading = this.#reads.read("get", key, options)
    const instead = options?.default
    return instead === undefined ? reading : reading.then((value) => (value === undefined ? instead : value))
  }

  /**
   * Returns the value of a live entry, synchronously. `undefined` when there is none, and when only `get` can tell: the store
   * is not in this process, the cache is closed, operations are traced, or this process has not used the namespace yet, or
   * not since another one cleared it.
   */
  getSync<Value = unknown>(key: string, options?: KeyVersionOptions): Value | undefined
  /** Returns `options.default` when there is no entry; then `undefined` means that only `get` can tell. */
  getSync<Value = unknown, Default = Value>(key: string, options: GetOptions<Default>): Value | Default | undefined
  getSync(key: string, options?: Partial<GetOptions<unknown>>): unknown {
    return this.#reads.readSync(key, options)
  }

  /** Returns whether there is a live entry, even one that holds `null`. */
  async has(key: string, options?: KeyVersionOptions): Promise<boolean> {
    return (await this.#reads.read("has", key, options)) !== undefined
  }

  /** Returns the hits by key, in the order of `keys`. */
  async getMany<Value = unknown>(keys: Strings, options?: KeyVersionOptions): Promise<Map<string, Value>> {
    const { calls } = this.#parts
    let places: Map<string, unknown> | undefined = placesFor(checkKeys(keys))
    const names = [...places.keys()]
    const located = this.#access.locate(names, this.#access.versionOf(options), "read")
    return calls.runOr(new Map<string, unknown>(), "getMany", names, (operation) =>
      located.run((finalKeys, confirmed) => {
        const own = places
        // A second read, under another generation, makes its own: the first one may still be filling these.
        places = undefined
        return liveValues(this.#parts, { names, finalKeys, batched: confirmed !== undefined }, operation, own)
      }),
    ) as Promise<Map<string, Value>>
  }

  /** Stores a value, which cannot be `undefined`. A timeout of zero or less removes the entry. */
  set(key: string, value: unknown, timeout?: Timeout | SetOptions): Promise<void> {
    return promiseTry(() => {
      const options: SetOptions = writeOptions(timeout)
      return storeOne(this.#parts, this.#writes, key, value, options, this.#keeping(options))
    })
  }

  /**
   * Stores several values. If one of them cannot be serialized, nothing is stored. Returns the keys that the store failed to
   * store: `[]` if it stored them all.
   */
  setMany(
    pairs: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>,
    timeout?: Timeout | SetOptions,
  ): Promise<string[]>
  /** Stores the properties of an object whose type is an interface. */
  setMany<Type extends object>(record: Type & Properties<Type>, timeout?: Timeout | SetOptions): Promise<string[]>
  async setMany(
    pairs: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>,
    timeout?: Timeout | SetOptions,
  ): Promise<string[]> {
    const options: SetOptions = writeOptions(timeout)
    const version = this.#access.versionOf(options)
    return storeMany(this.#parts, this.#writes, pairsOf(pairs), version, this.#keeping(options))
  }

  /**
   * Stores a value if there is no live entry, and returns whether it did. Atomic. With a timeout of zero or less it stores
   * nothing and returns whether it would have.
   */
  async add(key: string, value: unknown, timeout?: Timeout | WriteOptions): Promise<boolean> {
    const { entries, values } = this.#parts
    const options = writeOptions(timeout)
    const ttl = this.#ttl(options)
    const payload = values.encode(key, value)
    const add = this.#need("add")
    return this.#writes.write("add", key, options, "decide", async (finalKey, operation) => {
      const stored = entries.pack(finalKey, payload)
      if (operation !== undefined) values.noteWrite(operation, ttl, [stored])
      if (ttl === NOT_KEPT) return (await entries.inspect(finalKey, operation)).state !== "fresh"
      return entries.add(add, finalKey, stored, ttl)
    })
  }

  /**
   * Returns the value of the entry, or stores and returns the given value; if that is a function, the value it computes.
   * Concurrent callers of a key in this process share one call of the function, and each gets what a later hit would return.
   * Nothing is stored if the function throws or returns `undefined`. `staleFor`, `staleIfError`, `early`, `lock`,
   * `timeoutSoft` and `timeoutHard` determine when to recompute, and what to return meanwhile.
   *
   * Rejects with what the function threw, a `ProducerTimeoutError` after `timeoutHard`, a `DeadlockError` if the
   * function waits for its own value, a `TypeError` for options that contradict each other.
   */
  getOrSet<Value>(key: string, value: Producer<Value>, timeout?: Timeout | GetOrSetOptions): Promise<Value>
  /** Returns the value of the entry, or stores and returns the given value. */
  getOrSet<Value>(key: string, value: Value, timeout?: Timeout | GetOrSetOptions): Promise<Value>
  getOrSet(key: string, value: unknown, timeout?: Timeout | GetOrSetOptions): Promise<unknown> {
    return promiseTry(() => this.#getOrSet(key, value, timeout))
  }

  /** Throws for wrong arguments. */
  #getOrSet(key: string, value: unknown, timeout: Timeout | GetOrSetOptions | undefined): Promise<unknown> {
    if (value === undefined) throw new TypeError("getOrSet needs a value, or a function that makes one; got undefined")
    const { backend, defaultPolicy } = this.#parts
    const options: GetOrSetOptions = writeOptions(timeout)
    const ttl = this.#ttl(options)
    return getOrSet(this.#parts, {
      key,
      version: this.#access.versionOf(options),
      ttl,
      tags: options.tags === undefined ? undefined : checkEntryTags(options.tags),
      policy: refreshPolicy(options, ttl, backend, defaultPolicy),
      produce: typeof value === "function" ? (value as Producer<unknown>) : () => value,
      signal: options.signal,
      view: this.#fillView,
    })
  }

  /**
   * Returns the values by key. One call of the function computes those that are missing, as a record or pairs, and they are
   * stored. Keys that are already being computed are awaited instead. Keys that the function leaves out are missing from the
   * result. With its second argument the function can set the timeout and tags of a key, or skip storing it.
   */
  async getOrSetMany<Value>(
    keys: Strings,
    produce: ManyProducer<Value>,
    timeout?: Timeout | GetOrSetManyOptions,
  ): Promise<Map<string, Value>> {
    const { calls } = this.#parts
    const options: GetOrSetManyOptions = writeOptions(timeout)
    const names = [...new Set(checkKeys(keys))]
    const tags = options.tags && checkEntryTags(options.tags)
    const ttl = this.#ttl(options)
    const located = this.#access.locate(names, this.#access.versionOf(options), "write", (question) =>
      calls.runOr(undefined, "getMany", names, question),
    )
    const values = located.run((finalKeys, confirmed, storeFailed = false) =>
      getOrSetMany(this.#parts, {
        names,
        finalKeys,
        ttl,
        tags,
        produce,
        signal: options.signal,
        confirmed,
        storeFailed,
        view: this.#fillView,
      }),
    ) as Promise<Map<string, Value>>
    return options.signal === undefined ? values : untilAborted(options.signal, values)
  }

  /**
   * Returns a cached version of the function: equal arguments, by `keyOf`, share an entry, whose value comes from `getOrSet`.
   * An omitted parameter without a default equals one that is `undefined`. `this` is passed on, and is no part of the key.
   * Throws a `TypeError` for a function without a usable name, such as an inline arrow, unless `options.name` is set.
   */
  wrap<This, Args extends unknown[], Value>(
    fn: (this: This, ...args: Args) => Value | PromiseLike<Value>,
    options?: Timeout | WrapOptions<Args>,
  ): Wrapped<This, Args, Value> {
    return wrap(this, fn, options)
  }

  /**
   * Sets a new timeout on a live entry, and returns whether there was one. A timeout of zero or less removes it. Returns false
   * if the store fails, unless `onError` is `"throw"`.
   */
  async touch(key: string, timeout?: Timeout | WriteOptions): Promise<boolean> {
    const { backend, calls } = this.#parts
    const options = writeOptions(timeout)
    const ttl = this.#ttl(options)
    const touch = this.#need("touch")
    const removes = ttl === NOT_KEPT
    const kind: WriteKind = removes ? "overwrite" : "decide"
    const work = async (finalKey: string, operation: Operation | undefined): Promise<boolean> => {
      if (operation !== undefined) operation.ttl = ttl ?? null
      return removes ? backend.delete(finalKey) : touchEntry(this.#parts, touch, finalKey, ttl)
    }
    return this.#writes.write("touch", key, options, kind, work, (error) => calls.orElse(false, error))
  }

  /** Removes an entry, and returns whether there was one, even one that was invalidated by a tag. */
  delete(key: string, options?: KeyVersionOptions): Promise<boolean> {
    const remove = (finalKey: string): Promise<boolean> => this.#parts.backend.delete(finalKey)
    return promiseTry(() => this.#writes.write("delete", key, options, "overwrite", remove))
  }

  /** Removes entries, and returns how many there were. */
  async deleteMany(keys: Strings, options?: KeyVersionOptions): Promise<number> {
    const names = [...new Set(checkKeys(keys))]
    const version = this.#access.versionOf(options)
    return this.#writes.writeMany("deleteMany", names, version, "overwrite", (finalKeys) =>
      deleteMany(this.#parts.backend, [...new Set(finalKeys)]),
    )
  }

  /**
   * Adds to an integer atomically, and returns the sum; the expiry does not change. Rejects with a `KeyNotFoundError` if there
   * is no entry, a `TypeError` if it is not an integer, a `RangeError` if the sum is not a safe integer.
   */
  incr(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    return this.#incr("incr", key, delta, options)
  }

  /** `incr` with the opposite sign. Can go below zero on every backend. */
  async decr(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    return this.#incr("decr", key, -checkDelta(delta), options)
  }

  /**
   * Moves an entry to another version, and returns that version. The entry keeps its expiry if the backend has `ttl`,
   * else it gets the timeout of the cache. Not atomic: an entry written meanwhile may be overwritten or lost. Rejects with
   * a `KeyNotFoundError` if there is no entry.
   */
  async incrVersion(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    const from = this.#access.versionOf(options)
    const version = checkVersion(from + checkDelta(delta))
    const work = ([source, target]: readonly string[]): Promise<boolean> =>
      moveVersion(this.#parts, source as string, target as string, this.#ttl({}))
    const moved = await this.#writes.writeMany("incrVersion", [key, key], [from, version], "overwrite", work)
    if (!moved) throw this.#keyNotFound("incrVersion", key)
    return version
  }

  /** `incrVersion` with the opposite sign. */
  async decrVersion(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    return this.incrVersion(key, -checkDelta(delta), options)
  }

  /** Returns the seconds until an entry expires, `null` if it never does, `undefined` if there is none. */
  async ttl(key: string, options?: KeyVersionOptions): Promise<number | null | undefined> {
    const ttl = this.#need("ttl")
    const located = this.#access.locate([key], this.#access.versionOf(options), "read")
    const left = await this.#parts.calls.runOr(undefined, "ttl", [key], () =>
      located.run(([finalKey]) => ttlOfEntry(this.#parts, ttl, finalKey as string)),
    )
    return typeof left === "number" ? left / 1_000 : left
  }

  /**
   * Iterates over the keys of this version that start with `prefix`, in any order. May include entries that were invalidated
   * by a tag.
   */
  async *keys(prefix = ""): AsyncGenerator<string, void, undefined> {
    const { backend, calls, keys } = this.#parts
    const iterate = this.#need("keys")
    const scope = this.#scope
    const headOf = async (generation?: string): Promise<string> => {
      const head = keys.versionPrefix(this.version, generation)
      if (head === undefined) throw this.#notSupported("keys", "the key function of this cache cannot be reversed")
      return head
    }
    const head = await (scope === undefined ? headOf() : calls.run("keys", [prefix], () => scope.run("read", headOf)))
    for await (const finalKey of calls.stream("keys", [prefix], () => iterate.call(backend, head + prefix))) {
      yield finalKey.slice(head.length)
    }
  }

  /**
   * Removes all entries of this cache, or of this namespace and those inside it, of every version, and no others. In a
   * namespace, and on stores that cannot remove by prefix, this is one write however many entries there are: they become
   * unreachable, and leave the store when they expire.
   */
  async clear(): Promise<void> {
    const { backend, calls, keys, underway } = this.#parts
    const scope = this.#scope
    // One write, and not what a store may take its time for.
    if (scope !== undefined)
      return this.#replacing(() => calls.run("clear", [], () => calls.bounded("set", scope.clear())))
    const { prefix } = keys
    // With generations in them, the keys would not be those that the function is there to make.
    if (prefix === undefined) throw this.#notSupported("clear", "the key function of this cache may hide its prefix")
    const clear = this.#need("clear")
    await underway.fenceAll()
    try {
      await calls.run("clear", [], () => clear.call(backend, prefix))
    } finally {
      await underway.fenceAll()
    }
  }

  /**
   * Turns every entry that was stored with one of the tags into a miss. One write per tag, however many entries there are.
   * Rejects if the store fails; old values may then still be served.
   */
  async invalidateTags(tags: Strings): Promise<void> {
    const names = checkTags(tags)
    const replace = (): Promise<void> => this.#tags.invalidate(names)
    await this.#replacing(() => this.#parts.calls.run("invalidateTags", names, replace))
  }

  /**
   * Records the current state of these tags, and of tags that only become known later. Take a snapshot before you read the
   * data that a value is computed from, and pass it to `set`. `getOrSet` does this by itself. Rejects if the store fails.
   */
  async snapshotTags(tags: Strings = []): Promise<TagSnapshot> {
    const names = checkEntryTags(tags)
    return this.#parts.calls.run("snapshotTags", names, () => this.#tags.snapshot(names))
  }

  /**
   * Acquires a lock across all processes that use this cache, until it is released or times out. Works on any backend with
   * `add` and `deleteIfEqual`. Rejects with a `LockError` if it is not free within `wait`, a `BackendError` if the store
   * fails.
   */
  async lock(name: string, options?: LockOptions): Promise<HeldLock> {
    return acquireLock(this.#parts, this.#path, name, options)
  }

  /** Drops expired entries and enforces the limits now; returns how many entries were dropped. */
  async prune(): Promise<number> {
    const { backend, calls } = this.#parts
    const prune = this.#need("prune")
    return calls.run("prune", [], () => prune.call(backend))
  }

  /** Returns what the store reports: entries, bytes, hits, misses, evictions. */
  async stats(): Promise<BackendStats> {
    const { backend, calls } = this.#parts
    const stats = this.#need("stats")
    return calls.run("stats", [], () => stats.call(backend))
  }

  /** Resolves if the store responds, else rejects with a `BackendError`. */
  async ping(): Promise<void> {
    const { backend, calls, keys } = this.#parts
    await calls.run("ping", [], async () => {
      await (backend.ping?.() ?? backend.get(keys.final("ping", this.version)))
    })
  }

  /** Returns a view of this cache with another default version. Closing either closes both. */
  withVersion(version: number): Cache {
    return this.#view(this.#path, checkVersion(version))
  }

  /**
   * Returns a view of this cache whose operations have the label `layer` in traces. Nothing else differs. `@larder/http` uses
   * `"page"`, and `@larder/fragments` uses `"fragment"`. Throws a `TypeError` for an empty label. Closing either closes both.
   */
  withLayer(layer: string): Cache {
    if (typeof layer !== "string" || layer === "") {
      throw new TypeError(`A layer must be a non-empty string; got ${describeValue(layer)}`)
    }
    const parts = { ...this.#parts, calls: this.#parts.calls.labelled(layer) }
    return new Cache(parts.backend, { version: this.version }, { parts, path: this.#path })
  }

  /**
   * Returns a view of this cache with its own keys and tags, under a name. Its `clear` removes its entries, and those of
   * namespaces inside it, with one write. Entries in a namespace are kept for at most 30 days. Closing either closes both.
   */
  namespace(name: string): Cache {
    if (typeof name !== "string" || name === "") {
      throw new TypeError(`A namespace must have a non-empty name; got ${describeValue(name)}`)
    }
    return this.#view([...this.#path, name], this.version)
  }

  /** Closes what the backend opened. Later calls reject with a `ClosedError`; closing again does nothing. */
  async close(): Promise<void> {
    const { backend, calls } = this.#parts
    await calls.close(async () => backend.close?.())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #view(path: readonly string[], version: number): Cache {
    return new Cache(this.#parts.backend, { version }, { parts: this.#parts, path })
  }

  #ttl(options: WriteOptions, tags: readonly string[] = []): Milliseconds | undefined {
    const ttl = options.timeout === undefined ? this.#parts.defaultTtl : toTtl(options.timeout)
    return tags.length > 0 || this.#path.length > 0 ? guardedTtl(ttl) : ttl
  }

  #keeping(options: SetOptions): Keeping {
    const tags = options.tags === undefined ? noTags : checkEntryTags(options.tags)
    return { ttl: this.#ttl(options, tags), tags, tagSpace: this.#tags, snapshot: options.snapshot }
  }

  async #incr(name: "incr" | "decr", key: string, delta: number, options?: KeyVersionOptions): Promise<number> {
    const incr = this.#need("incr")
    checkDelta(delta)
    if (this.#parts.signs)
      throw this.#notSupported(name, "a store cannot count what is signed; use a cache without sign")
    const work = (finalKey: string): Promise<number | undefined | Error> =>
      incrEntry(this.#parts, incr, key, finalKey, delta)
    const sum = await this.#writes.write("incr", key, options, "decide", work)
    if (typeof sum === "number") return sum
    throw sum ?? this.#keyNotFound(name, key)
  }

  /** Nobody who comes after tokens are replaced joins what began before. */
  async #replacing(work: () => Promise<void>): Promise<void> {
    const { underway } = this.#parts
    underway.leaveGuarded()
    try {
      await work()
    } finally {
      underway.leaveGuarded()
    }
  }

  #need<Name extends Need>(name: Name): NonNullable<Backend<unknown>[Name]> {
    const method = this.#parts.backend[name]
    if (method === undefined) throw this.#notSupported(name, `the ${this.#parts.backend.name} backend has no ${name}`)
    return method
  }

  #notSupported(operation: string, reason: string): NotSupportedError {
    return new NotSupportedError(reason, { operation, alias: this.alias, backend: this.#parts.backend.name })
  }

  #keyNotFound(operation: string, key: string): KeyNotFoundError {
    return new KeyNotFoundError({ operation, key, alias: this.alias, backend: this.#parts.backend.name })
  }
}
