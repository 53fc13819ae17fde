// Over 300 lines: the whole public API of a cache, with its documentation, in one place; each method only arranges parts.
import type { Backend, BackendStats, Milliseconds } from "./backend.js"
import { deleteMany, getMany, setMany } from "./batches.js"
import { type CacheOptions, checkCacheOptions, checkVersion } from "./cache-options.js"
import { Calls, type Work } from "./calls.js"
import { describeValue } from "./describe-value.js"
import { KeyNotFoundError, NotSupportedError } from "./errors.js"
import { type Filled, getOrSet, type Producer } from "./get-or-set.js"
import { defaultKeyFunction, Keys } from "./keys.js"
import { SingleFlight } from "./single-flight.js"
import { StoredValues } from "./stored-values.js"
import { NOT_KEPT, type Timeout, toTtl } from "./timeout.js"
import { type OperationName, operations } from "./tracing.js"
import { warn } from "./warn.js"

const DEFAULT_TIMEOUT: Timeout = 300
const DEFAULT_VERSION = 1
const DEFAULT_OPERATION_LIMIT: Milliseconds = 1_000

export interface KeyVersionOptions {
  /** Default: the version of the cache. */
  readonly version?: number
}

export interface GetOptions<Default> extends KeyVersionOptions {
  /** What a miss answers instead of `undefined`. */
  readonly default: Default
}

export interface WriteOptions extends KeyVersionOptions {
  /** Default: the timeout of the cache. */
  readonly timeout?: Timeout
}

export interface GetOrSetOptions extends WriteOptions {
  /** Ends this caller's wait with the signal's reason; the producer goes on while others wait. */
  readonly signal?: AbortSignal
}

/** What a cache shares with its views. */
interface Parts {
  readonly backend: Backend<unknown>
  readonly calls: Calls
  readonly flights: SingleFlight<Filled>
  readonly keys: Keys
  readonly values: StoredValues
  readonly defaultTtl: Milliseconds | undefined
}

/** What some backends can do, and nothing stands in for. */
type Need = "add" | "clear" | "incr" | "keys" | "prune" | "stats" | "touch" | "ttl"

/**
 * A cache over a backend: Django's API. Keys get a prefix and a version, values any shape that the codec carries,
 * timeouts are seconds or a text with its unit.
 *
 * Wrong arguments reject with a `TypeError` or an `InvalidKeyError`, values that cannot be stored with a
 * `SerializationError`. When the store fails, reads count as misses and `set`, `setMany` and `touch` do nothing, unless
 * `onError` is `"throw"`; everything else rejects with a `BackendError`.
 */
export class Cache {
  readonly #parts: Parts
  readonly #version: number

  constructor(backend: Backend<unknown>, options?: CacheOptions)
  /** @internal A view of the same cache. */
  constructor(backend: Backend<unknown>, options: CacheOptions, parts: Parts)
  constructor(backend: Backend<unknown>, options: CacheOptions = {}, parts?: Parts) {
    checkCacheOptions(options)
    this.#parts = parts ?? makeParts(backend, options)
    this.#version = options.version ?? DEFAULT_VERSION
  }

  /** What the cache is called in traces, warnings and errors. */
  get alias(): string {
    return this.#parts.calls.alias
  }

  /** The version of keys when a call does not say. */
  get version(): number {
    return this.#version
  }

  /**
   * The backend, for what its own class can do beyond the contract (`flush`, `createTable`). Its keys are final ones, and
   * calls of it are neither traced nor guarded.
   */
  get backend(): Backend<unknown> {
    return this.#parts.backend
  }

  /** The value of a live entry, else `options.default`, else `undefined`. `null`, `0`, `""` and `false` are values. */
  get<Value = unknown>(key: string, options?: KeyVersionOptions): Promise<Value | undefined>
  get<Value, Default>(key: string, options: GetOptions<Default>): Promise<Value | Default>
  get(key: string, options?: Partial<GetOptions<unknown>>): Promise<unknown> {
    return this.#read("get", key, options)
  }

  /** True when there is a live entry, also one that holds `null`. */
  async has(key: string, options?: KeyVersionOptions): Promise<boolean> {
    return (await this.#read("has", key, { ...options, default: undefined })) !== undefined
  }

  /** The values that are there, by the keys as they were given, in their order. */
  async getMany<Value = unknown>(keys: Iterable<string>, options?: KeyVersionOptions): Promise<Map<string, Value>> {
    const { backend, calls, values } = this.#parts
    const finalKeys = this.#finalKeys(keys, options)
    const names = [...finalKeys.keys()]
    const unique = [...new Set(finalKeys.values())]
    const work: Work<Map<string, Value>> = async (operation) => {
      const answers = await getMany(backend, unique)
      const stored = new Map(unique.map((finalKey, index) => [finalKey, answers[index]]))
      const found = new Map<string, Value>()
      for (const [key, finalKey] of finalKeys) {
        const value = values.decode(key, stored.get(finalKey), operation)
        if (value !== undefined) found.set(key, value as Value)
      }
      if (operation !== undefined) {
        const hits = names.map((key) => found.has(key))
        values.noteRead(operation, hits, answers)
      }
      return found
    }
    return calls.runOr(new Map(), "getMany", names, work)
  }

  /** Stores a value; `undefined` is none. A timeout of zero or less removes the entry. */
  async set(key: string, value: unknown, timeout?: Timeout | WriteOptions): Promise<void> {
    const { backend, calls, values } = this.#parts
    const options = writeOptions(timeout)
    const finalKey = this.#finalKey(key, options)
    const ttl = this.#ttl(options)
    const stored = values.encode(key, value)
    await this.#fenced([finalKey], () =>
      calls.runOr<unknown>(undefined, "set", [key], (operation) => {
        if (operation !== undefined) values.noteWrite(operation, ttl, [stored])
        return ttl === NOT_KEPT ? backend.delete(finalKey) : backend.set(finalKey, stored, ttl)
      }),
    )
  }

  /**
   * Stores several values; nothing is stored when one of them cannot be. Answers the keys that the store failed to take:
   * `[]` when it took them all.
   */
  async setMany(
    entries: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>,
    timeout?: Timeout | WriteOptions,
  ): Promise<string[]> {
    const { backend, calls, values } = this.#parts
    const options = writeOptions(timeout)
    const ttl = this.#ttl(options)
    const names: string[] = []
    // By final key: where two keys meet, the last value wins, as it would one by one.
    const batch = new Map<string, unknown>()
    for (const [key, value] of pairs(entries)) {
      names.push(key)
      batch.set(this.#finalKey(key, options), values.encode(key, value))
    }
    const finalKeys = [...batch.keys()]
    return this.#fenced(finalKeys, () =>
      calls.runOr(names, "setMany", names, async (operation) => {
        if (operation !== undefined) values.noteWrite(operation, ttl, batch.values())
        if (ttl === NOT_KEPT) await deleteMany(backend, finalKeys)
        else
          await setMany(
            backend,
            [...batch].map(([key, value]) => ({ key, value })),
            ttl,
          )
        return []
      }),
    )
  }

  /**
   * Stores a value where no live entry is; true when stored. Atomic. With a timeout of zero or less it stores nothing and
   * answers whether it would have.
   */
  async add(key: string, value: unknown, timeout?: Timeout | WriteOptions): Promise<boolean> {
    const { backend, calls, values } = this.#parts
    const options = writeOptions(timeout)
    const finalKey = this.#finalKey(key, options)
    const ttl = this.#ttl(options)
    const stored = values.encode(key, value)
    const add = this.#need("add")
    return this.#fenced([finalKey], () =>
      calls.run("add", [key], async (operation) => {
        if (operation !== undefined) values.noteWrite(operation, ttl, [stored])
        if (ttl === NOT_KEPT) return (await backend.get(finalKey)) === undefined
        return add.call(backend, finalKey, stored, ttl)
      }),
    )
  }

  /**
   * The value of the entry, else the given one, which is then stored; a function is called to make it, with an
   * `AbortSignal`. Callers of one key in this process share one call of it, and everybody gets what a later hit would
   * give. A function that throws stores nothing, one that returns `undefined` neither.
   */
  getOrSet<Value>(key: string, value: Producer<Value>, timeout?: Timeout | GetOrSetOptions): Promise<Value>
  getOrSet<Value>(key: string, value: Value, timeout?: Timeout | GetOrSetOptions): Promise<Value>
  async getOrSet(key: string, value: unknown, timeout?: Timeout | GetOrSetOptions): Promise<unknown> {
    if (value === undefined) throw new TypeError("getOrSet needs a value, or a function that makes one; got undefined")
    const options: GetOrSetOptions = writeOptions(timeout)
    return getOrSet(this.#parts, {
      key,
      finalKey: this.#finalKey(key, options),
      ttl: this.#ttl(options),
      produce: typeof value === "function" ? (value as Producer<unknown>) : () => value,
      signal: options.signal,
    })
  }

  /**
   * Gives a live entry a new timeout; true when there was one. A timeout of zero or less removes it. A store that fails
   * answers false.
   */
  async touch(key: string, timeout?: Timeout | WriteOptions): Promise<boolean> {
    const { backend, calls } = this.#parts
    const options = writeOptions(timeout)
    const finalKey = this.#finalKey(key, options)
    const ttl = this.#ttl(options)
    const touch = this.#need("touch")
    return this.#fenced([finalKey], () =>
      calls.runOr(false, "touch", [key], async (operation) => {
        if (operation !== undefined) operation.ttl = ttl ?? null
        return ttl === NOT_KEPT ? backend.delete(finalKey) : touch.call(backend, finalKey, ttl)
      }),
    )
  }

  /** Removes an entry; true when there was one. */
  async delete(key: string, options?: KeyVersionOptions): Promise<boolean> {
    const { backend, calls } = this.#parts
    const finalKey = this.#finalKey(key, options)
    return this.#fenced([finalKey], () => calls.run("delete", [key], () => backend.delete(finalKey)))
  }

  /** Removes entries; answers how many there were. */
  async deleteMany(keys: Iterable<string>, options?: KeyVersionOptions): Promise<number> {
    const { backend, calls } = this.#parts
    const finalKeys = this.#finalKeys(keys, options)
    const unique = [...new Set(finalKeys.values())]
    return this.#fenced(unique, () => calls.run("deleteMany", [...finalKeys.keys()], () => deleteMany(backend, unique)))
  }

  /**
   * Adds to an integer, atomically, and answers the sum; the expiry stays. Rejects with a `KeyNotFoundError` when there
   * is no entry, a `TypeError` when it is not an integer, a `RangeError` when the sum is not a safe integer.
   */
  async incr(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
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
    const { backend, calls, defaultTtl } = this.#parts
    const version = (options?.version ?? this.#version) + checkDelta(delta)
    const from = this.#finalKey(key, options)
    const to = this.#finalKey(key, { version })
    return this.#fenced([from, to], () =>
      calls.run("incrVersion", [key], async () => {
        const stored = await backend.get(from)
        const left = backend.ttl === undefined ? (defaultTtl ?? null) : await backend.ttl(from)
        if (stored === undefined || left === undefined) {
          throw new KeyNotFoundError({ operation: "incrVersion", key, backend: backend.name })
        }
        if (from === to) return version
        if (left !== NOT_KEPT) await backend.set(to, stored, left ?? undefined)
        await backend.delete(from)
        return version
      }),
    )
  }

  /** `incrVersion` with the opposite sign. */
  async decrVersion(key: string, delta = 1, options?: KeyVersionOptions): Promise<number> {
    return this.incrVersion(key, -checkDelta(delta), options)
  }

  /** The seconds that an entry has left, `null` when it never expires, `undefined` when there is none. */
  async ttl(key: string, options?: KeyVersionOptions): Promise<number | null | undefined> {
    const { backend, calls } = this.#parts
    const finalKey = this.#finalKey(key, options)
    const ttl = this.#need("ttl")
    const left = await calls.runOr(undefined, "ttl", [key], () => ttl.call(backend, finalKey))
    return typeof left === "number" ? left / 1_000 : left
  }

  /** The keys of the live entries of this version that start with `prefix`, as they were given, in any order. */
  async *keys(prefix = ""): AsyncGenerator<string, void, undefined> {
    const { backend, calls, keys } = this.#parts
    const head = keys.versionPrefix(this.#version)
    if (head === undefined) throw this.#notSupported("keys", "the key function of this cache cannot be reversed")
    const iterate = this.#need("keys")
    for await (const finalKey of calls.stream("keys", [prefix], () => iterate.call(backend, head + prefix))) {
      yield finalKey.slice(head.length)
    }
  }

  /** Removes the entries of this cache, of all versions, and nothing of anybody else's. */
  async clear(): Promise<void> {
    const { backend, calls, flights, keys } = this.#parts
    const { prefix } = keys
    if (prefix === undefined) throw this.#notSupported("clear", "the key function of this cache may hide its prefix")
    const clear = this.#need("clear")
    await flights.fenceAll()
    try {
      await calls.run("clear", [], () => clear.call(backend, prefix))
    } finally {
      await flights.fenceAll()
    }
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
      await (backend.ping?.() ?? backend.get(keys.final("ping", this.#version)))
    })
  }

  /** The same cache with another default version. Closing either closes both. */
  withVersion(version: number): Cache {
    return new Cache(this.#parts.backend, { version: checkVersion(version) }, this.#parts)
  }

  /** Releases what the backend opened. Every later call rejects with a `ClosedError`; closing again does nothing. */
  async close(): Promise<void> {
    const { backend, calls } = this.#parts
    await calls.close(async () => backend.close?.())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #finalKey(key: string, options: KeyVersionOptions | undefined): string {
    const version = options?.version
    return this.#parts.keys.final(key, version === undefined ? this.#version : checkVersion(version))
  }

  /** By the keys as they were given, each once. */
  #finalKeys(keys: Iterable<string>, options: KeyVersionOptions | undefined): Map<string, string> {
    if (typeof keys === "string") throw new TypeError(`Keys are an array or other iterable; got ${describeValue(keys)}`)
    const finalKeys = new Map<string, string>()
    for (const key of keys) finalKeys.set(key, this.#finalKey(key, options))
    return finalKeys
  }

  #ttl(options: WriteOptions): Milliseconds | undefined {
    return options.timeout === undefined ? this.#parts.defaultTtl : toTtl(options.timeout)
  }

  async #read(name: OperationName, key: string, options: Partial<GetOptions<unknown>> | undefined): Promise<unknown> {
    const { backend, calls, values } = this.#parts
    const finalKey = this.#finalKey(key, options)
    let value: unknown
    if (operations.hasSubscribers) {
      value = await this.#readTraced(name, key, finalKey)
    } else {
      // The same as #readTraced, written out without closures: reads are what a cache is for.
      try {
        calls.assertOpen(name)
        value = values.decode(key, await calls.bounded(name, backend.get(finalKey)))
        calls.answered()
      } catch (cause) {
        value = calls.orElse(undefined, calls.failure(name, [key], cause))
      }
    }
    return value === undefined ? options?.default : value
  }

  #readTraced(name: OperationName, key: string, finalKey: string): Promise<unknown> {
    const { backend, calls, values } = this.#parts
    return calls.runOr(undefined, name, [key], async (operation) => {
      const stored = await backend.get(finalKey)
      const value = values.decode(key, stored, operation)
      if (operation !== undefined) values.noteRead(operation, [value !== undefined], [stored])
      return value
    })
  }

  async #incr(name: "incr" | "decr", key: string, delta: number, options?: KeyVersionOptions): Promise<number> {
    const { backend, calls } = this.#parts
    const finalKey = this.#finalKey(key, options)
    const incr = this.#need("incr")
    checkDelta(delta)
    const sum = await this.#fenced([finalKey], () =>
      calls.run("incr", [key], () => incr.call(backend, finalKey, delta).catch((error) => explainIncr(key, error))),
    )
    if (typeof sum === "number") return sum
    throw sum ?? new KeyNotFoundError({ operation: name, key, backend: backend.name })
  }

  /** Keeps values that are being computed from overwriting what `write` does. */
  async #fenced<Result>(finalKeys: readonly string[], write: () => Promise<Result>): Promise<Result> {
    const { flights } = this.#parts
    if (flights.size > 0) await Promise.all(finalKeys.map((finalKey) => flights.fence(finalKey)))
    try {
      return await write()
    } finally {
      if (flights.size > 0) await Promise.all(finalKeys.map((finalKey) => flights.fence(finalKey)))
    }
  }

  #need<Name extends Need>(name: Name): NonNullable<Backend<unknown>[Name]> {
    const method = this.#parts.backend[name]
    if (method === undefined) throw this.#notSupported(name, `the ${this.#parts.backend.name} backend has no ${name}`)
    return method
  }

  #notSupported(operation: string, reason: string): NotSupportedError {
    return new NotSupportedError(reason, { operation, backend: this.#parts.backend.name })
  }
}

function makeParts(backend: Backend<unknown>, options: CacheOptions): Parts {
  const { alias = backend.name, keyPrefix = "", keyFunction = defaultKeyFunction, onError = "miss" } = options
  const warnOfKey = (message: string): void => warn(message, "LARDER_KEY")
  return {
    backend,
    calls: new Calls({ alias, backend: backend.name, onError, limit: limitOf(backend, options) }),
    flights: new SingleFlight(),
    keys: new Keys({ keyPrefix, keyFunction }, backend.capabilities, warnOfKey),
    values: new StoredValues(backend, options.serializer),
    defaultTtl: toTtl(options.timeout === undefined ? DEFAULT_TIMEOUT : options.timeout),
  }
}

/** How long the backend may take for a call: what the options say, else a second where a network is in between. */
function limitOf({ capabilities }: Backend<unknown>, { operationTimeout }: CacheOptions): Milliseconds | undefined {
  if (operationTimeout !== undefined) return toTtl(operationTimeout)
  return capabilities.remote === true ? DEFAULT_OPERATION_LIMIT : undefined
}

function writeOptions<Options extends WriteOptions>(
  timeout: Timeout | Options | undefined,
): WriteOptions & Partial<Options> {
  if (typeof timeout === "object" && timeout !== null) return timeout
  return (timeout === undefined ? {} : { timeout }) as WriteOptions & Partial<Options>
}

function pairs(
  entries: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>,
): Iterable<readonly [string, unknown]> {
  return Symbol.iterator in entries ? (entries as Iterable<readonly [string, unknown]>) : Object.entries(entries)
}

function checkDelta(delta: number): number {
  if (!Number.isSafeInteger(delta)) throw new TypeError(`A delta is an integer; got ${describeValue(delta)}`)
  return delta
}

/** What the contract has a backend say of a number is an answer, not a failure of the store. */
function explainIncr(key: string, cause: unknown): Error {
  const name = JSON.stringify(key)
  if (cause instanceof TypeError) return new TypeError(`The value of ${name} is not an integer`, { cause })
  if (cause instanceof RangeError) return new RangeError(`The sum for ${name} is not a safe integer`, { cause })
  throw cause
}
