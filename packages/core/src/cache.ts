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
import type { Producer } from "./producer.js"
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
 * A cache over a backend: Django's API. Keys get a prefix and a version, values any shape that the codec carries,
 * timeouts are seconds or a text with its unit.
 *
 * Wrong arguments reject with a `TypeError` or an `InvalidKeyError`, values that cannot be stored with a
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

  /** What the cache is called in traces, warnings and errors. */
  get alias(): string {
    return this.#parts.calls.alias
  }

  /** The version of keys when a call does not say. */
  get version(): number {
    return this.#access.version
  }

  /**
   * The backend, for what its own class can do beyond the contract (`flush`, `createTable`). Its keys are final ones, and
   * calls of it are neither traced nor guarded.
   */
  get backend(): Backend<unknown> {
    return this.#parts.given
  }

  /** The value of a live entry, else `undefined`. `null`, `0`, `""` and `false` are values. */
  get<Value = unknown>(key: string, options?: KeyVersionOptions): Promise<Value | undefined>
  /** The value of a live entry, else `options.default`. `null`, `0`, `""` and `false` are values. */
  get<Value = unknown, Default = Value>(key: string, options: GetOptions<Default>): Promise<Value | Default>
  get(key: string, options?: Partial<GetOptions<unknown>>): Promise<unknown> {
    const reading = this.#reads.read("get", key, options)
    const instead = options?.default
    return instead === undefined ? reading : reading.then((value) => (value === undefined ? instead : value))
  }

  /**
   * The value of a live entry, in the same turn of the event loop. `undefined` when there is none, and where only `get` can
   * tell: the store is not in this process, the cache is closed, somebody traces it, or it is a namespace that this process
   * has not used yet, or not since somebody else cleared it.
   */
  getSync<Value = unknown>(key: string, options?: KeyVersionOptions): Value | undefined
  /** The same, but for `options.default` when there is none: `undefined` then says that only `get` can tell. */
  getSync<Value = unknown, Default = Value>(key: string, options: GetOptions<Default>): Value | Default | undefined
  getSync(key: string, options?: Partial<GetOptions<unknown>>): unknown {
    return this.#reads.readSync(key, options)
  }

  /** True when there is a live entry, also one that holds `null`. */
  async has(key: string, options?: KeyVersionOptions): Promise<boolean> {
    return (await this.#reads.read("has", key, options)) !== undefined
  }

  /** The values that are there, by the keys as they were given, in their order. */
  async getMany<Value = unknown>(keys: Iterable<string>, options?: KeyVersionOptions): Promise<Map<string, Value>> {
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

  /** Stores a value; `undefined` is none. A timeout of zero or less removes the entry. */
  set(key: string, value: unknown, timeout?: Timeout | SetOptions): Promise<void> {
    // Not async, which would be a promise more for each call.
    try {
      const options: SetOptions = writeOptions(timeout)
      return storeOne(this.#parts, this.#writes, key, value, options, this.#keeping(options))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Stores several values; nothing is stored when one of them cannot be. Answers the keys that the store failed to take:
   * `[]` when it took them all.
   */
  setMany(
    pairs: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>,
    timeout?: Timeout | SetOptions,
  ): Promise<string[]>
  /** The same for the properties of an object that is typed by an interface. */
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
   * Stores a value where no live entry is; true when stored. Atomic. With a timeout of zero or less it stores nothing and
   * answers whether it would have.
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
   * The value of the entry, else the given one, which is then stored; a function is called to make it. Callers of one key
   * in this process share one call of it, and everybody gets what a later hit would give. A function that throws stores
   * nothing, one that returns `undefined` neither. When to compute a value again, and what to give meanwhile, is a matter
   * of `staleFor`, `staleIfError`, `early`, `lock`, `timeoutSoft` and `timeoutHard`.
   *
   * Rejects with what the function threw, a `ProducerTimeoutError` after `timeoutHard`, a `DeadlockError` when the
   * function waits for its own value, a `TypeError` for options that contradict each other.
   */
  getOrSet<Value>(key: string, value: Producer<Value>, timeout?: Timeout | GetOrSetOptions): Promise<Value>
  /** The value of the entry, else the given one, which is then stored. */
  getOrSet<Value>(key: string, value: Value, timeout?: Timeout | GetOrSetOptions): Promise<Value>
  getOrSet(key: string, value: unknown, timeout?: Timeout | GetOrSetOptions): Promise<unknown> {
    try {
      return this.#getOrSet(key, value, timeout)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Throws for wrong arguments. Not async, since a hit is worth no promise more. */
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
   * The values of the entries, by the keys as they were given; what is missing the function makes with one call, as a
   * record or pairs, and it is stored. Keys that are being computed already are waited for instead. What the function
   * leaves out is left out of the answer too. By its second argument it can decide timeout and tags of each key, and not
   * to store one.
   */
  async getOrSetMany<Value>(
    keys: Iterable<string>,
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
    return located.run((finalKeys, confirmed, storeFailed = false) =>
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
  }

  /** The function made cached: see `wrap`'s own description of keys and options. */
  wrap<This, Args extends unknown[], Value>(
    fn: (this: This, ...args: Args) => Value | PromiseLike<Value>,
    options?: Timeout | WrapOptions<Args>,
  ): Wrapped<This, Args, Value> {
    return wrap(this, fn, options)
  }

  /**
   * Gives a live entry a new timeout; true when there was one. A timeout of zero or less removes it. A store that fails
   * answers false.
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

  /** Removes an entry; true when there was one, even one that its tags had put out of use. */
  delete(key: string, options?: KeyVersionOptions): Promise<boolean> {
    return this.#writes.write("delete", key, options, "overwrite", (finalKey) => this.#parts.backend.delete(finalKey))
  }

  /** Removes entries; answers how many there were. */
  async deleteMany(keys: Iterable<string>, options?: KeyVersionOptions): Promise<number> {
    const names = [...new Set(checkKeys(keys))]
    const version = this.#access.versionOf(options)
    return this.#writes.writeMany("deleteMany", names, version, "overwrite", (finalKeys) =>
      deleteMany(this.#parts.backend, [...new Set(finalKeys)]),
    )
  }

  /**
   * Adds to an integer, atomically, and answers the sum; the expiry stays. Rejects with a `KeyNotFoundError` when there
   * is no entry, a `TypeError` when it is not an integer, a `RangeError` when the sum is not a safe integer.
   */
  incr(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    return this.#incr("incr", key, delta, options)
  }

  /** `incr` with the opposite sign. Goes below zero on every backend. */
  async decr(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    return this.#incr("decr", key, -checkDelta(delta), options)
  }

  /**
   * Moves an entry to another version and answers that version. The entry keeps its expiry where the store can tell it,
   * else it gets the timeout of the cache. Not atomic: an entry written meanwhile may be overwritten or lost. Rejects with
   * a `KeyNotFoundError` when there is no entry.
   */
  async incrVersion(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    const from = this.#access.versionOf(options)
    const version = checkVersion(from + checkDelta(delta))
    const work = ([source, target]: readonly string[]): Promise<boolean> =>
      moveVersion(this.#parts, source as string, target as string)
    const moved = await this.#writes.writeMany("incrVersion", [key, key], [from, version], "overwrite", work)
    if (!moved) throw this.#keyNotFound("incrVersion", key)
    return version
  }

  /** `incrVersion` with the opposite sign. */
  async decrVersion(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    return this.incrVersion(key, -checkDelta(delta), options)
  }

  /** The seconds that an entry has left, `null` when it never expires, `undefined` when there is none. */
  async ttl(key: string, options?: KeyVersionOptions): Promise<number | null | undefined> {
    const ttl = this.#need("ttl")
    const located = this.#access.locate([key], this.#access.versionOf(options), "read")
    const left = await this.#parts.calls.runOr(undefined, "ttl", [key], () =>
      located.run(([finalKey]) => ttlOfEntry(this.#parts, ttl, finalKey as string)),
    )
    return typeof left === "number" ? left / 1_000 : left
  }

  /**
   * The keys of the entries of this version that start with `prefix`, as they were given, in any order. Entries that their
   * tags put out of use may be among them.
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
   * Removes the entries of this cache, or of this namespace and those inside it, of all versions, and nothing of anybody
   * else's. In a namespace, and where the store cannot remove by prefix, it is one write whatever the number of entries:
   * what was there is out of reach, and leaves the store when it expires.
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
   * Makes a miss of every entry that was stored with one of the tags. One write a tag, whatever the number of entries.
   * Rejects when the store fails: then old values may still be served.
   */
  async invalidateTags(tags: Iterable<string>): Promise<void> {
    const names = checkTags(tags)
    const replace = (): Promise<void> => this.#tags.invalidate(names)
    await this.#replacing(() => this.#parts.calls.run("invalidateTags", names, replace))
  }

  /**
   * What the tags, and those that only become known later, stand for now: take it before you read what a value is made of,
   * and give it to `set`. `getOrSet` does that by itself. Rejects when the store fails.
   */
  async snapshotTags(tags: Iterable<string> = []): Promise<TagSnapshot> {
    const names = checkEntryTags(tags)
    return this.#parts.calls.run("snapshotTags", names, () => this.#tags.snapshot(names))
  }

  /**
   * Keeps others out, in all processes that use this cache, until it is released or its time is over. Works on any backend
   * with `add` and `deleteIfEqual`. Rejects with a `LockError` when it is not free within `wait`, a `BackendError` when the
   * store fails.
   */
  async lock(name: string, options?: LockOptions): Promise<HeldLock> {
    return acquireLock(this.#parts, this.#path, name, options)
  }

  /** Drops expired entries and culls to the limits now; answers how many entries were dropped. */
  async prune(): Promise<number> {
    const { backend, calls } = this.#parts
    const prune = this.#need("prune")
    return calls.run("prune", [], () => prune.call(backend))
  }

  /** What the store knows about itself. */
  async stats(): Promise<BackendStats> {
    const { backend, calls } = this.#parts
    const stats = this.#need("stats")
    return calls.run("stats", [], () => stats.call(backend))
  }

  /** Resolves when the store answers, else rejects with a `BackendError`. */
  async ping(): Promise<void> {
    const { backend, calls, keys } = this.#parts
    await calls.run("ping", [], async () => {
      await (backend.ping?.() ?? backend.get(keys.final("ping", this.version)))
    })
  }

  /** The same cache with another default version. Closing either closes both. */
  withVersion(version: number): Cache {
    return this.#view(this.#path, checkVersion(version))
  }

  /**
   * The same cache under a name: its keys and its tags are its own, and its `clear` removes them, and those of the
   * namespaces inside it, with one write. Entries in it are kept for 30 days at most. Closing either closes both.
   */
  namespace(name: string): Cache {
    if (typeof name !== "string" || name === "") {
      throw new TypeError(`A namespace has a name; got ${describeValue(name)}`)
    }
    return this.#view([...this.#path, name], this.version)
  }

  /** Releases what the backend opened. Every later call rejects with a `ClosedError`; closing again does nothing. */
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
