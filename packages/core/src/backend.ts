/** A duration in milliseconds: the contract's only unit of time. */
export type Milliseconds = number

/** The properties and limits of a backend. What it can *do* is determined by the methods it has. */
export interface Capabilities {
  /** Several backends on the same store see each other's writes. */
  readonly shared: boolean
  /** Entries outlive the process. */
  readonly persistent: boolean
  /** Live entries may be dropped to make room. */
  readonly evicts: boolean
  /** Operations cross a network and may never complete: `Cache` ends them after its `operationTimeout`. */
  readonly remote?: true
  /** An entry may be served at most this long past its ttl, and is never dropped before it: 1 for Redis, some seconds for Memcached. */
  readonly ttlResolution: Milliseconds
  /** Longest key accepted, in UTF-8 bytes. Absent: no limit. */
  readonly maxKeyBytes?: number
  /** Largest value accepted, in bytes. Absent: no limit. */
  readonly maxValueBytes?: number
  /** Keys with control characters or spaces are not accepted. Absent: they are. */
  readonly portableKeysOnly?: true
}

/** Converts values to what a store keeps. `Cache` has one for bytes; an in-process store can have its own. */
export interface Codec<Stored> {
  /** Throws a `TypeError` for what it does not support; the message names the path (`value.user.save is a function`). */
  encode(value: unknown): Stored
  /** Returns the value, never `undefined`. Throws if it cannot be decoded; `Cache` counts that as a miss. */
  decode(stored: Stored): unknown
  /** The size in bytes that is reported in traces. */
  size?(stored: Stored): number
}

export interface Entry<Stored = Uint8Array> {
  readonly key: string
  readonly value: Stored
}

/** What a store reports about itself; unknown figures are absent. Counters start when the store starts. */
export interface BackendStats {
  readonly entries?: number
  readonly bytes?: number
  readonly hits?: number
  readonly misses?: number
  readonly evictions?: number
}

/** A problem of a store or its settings that its operator should know about. The texts are sentences without credentials. */
export interface Finding {
  /** `"error"`: calls fail or return wrong results; `"warning"`: they may, now or later; `"info"`: it may be intended. */
  readonly severity: "error" | "warning" | "info"
  /** The kind of finding, for programs; stable across versions: `"maxmemory-policy"`. */
  readonly code: string
  /** What the problem is. */
  readonly found: string
  /** Why it matters. */
  readonly why: string
  /** What to do about it. */
  readonly advice: string
}

/** What a cache provides to a backend that serves reads from copies of another store. */
export interface CopyTerms {
  /**
   * The other store as this cache uses it: its calls time out, and fail at once while it is down. With `codec`, that of the
   * copies, what the store returns and receives can be kept as a copy unchanged, and read at the cost of that codec; the
   * store then has a codec too. Must be called only once.
   */
  storeBehind(store: Backend<unknown>, codec: Codec<unknown> | undefined): Backend<unknown>
  /** Whether a decision depends on reads of this key, so that they must not be served from a copy. */
  isDecisive(key: string): boolean
  /**
   * Whether a batch that the store rejected with this error is served from copies, with the rest as misses. True where
   * failures count as misses, and while the store is known to be down: then nothing waits for it again.
   */
  answersInPart(error: unknown): boolean
}

/**
 * A store of opaque values that expire. `CONTRACT.md` of `@larder/conformance` states each promise as a numbered clause,
 * and its suite checks them.
 *
 * `Cache` promises: keys are non-empty well-formed strings, already prefixed and versioned, within `maxKeyBytes`; a
 * ttl is a positive integer, a thousand years at most, or absent for "never expires"; a delta is a safe integer; no
 * batch is empty or names a key twice; nothing is called after `close`.
 *
 * A backend promises: a miss is `undefined`; an expired entry behaves in every method exactly like one that is not
 * there; except in `getSync` it never throws synchronously; it neither keeps nor mutates a buffer that it receives, nor
 * returns one that it will mutate; it rejects with the store's own error, unwrapped; removing an expired entry never
 * removes one written meanwhile.
 */
export interface Backend<Stored = Uint8Array> {
  /** The kind of store, for errors and traces: `"redis"`. */
  readonly name: string
  readonly capabilities: Capabilities
  /**
   * Identifies the store, without credentials: `"file:/var/cache/news"`. Used in errors, and to detect two caches that would
   * overwrite each other.
   */
  readonly location?: string
  /**
   * Only for stores that do not keep bytes. What such a store receives is opaque, and may be an object in which `Cache` wraps
   * the encoded value, for tags for example: the store must keep that object itself, not a clone of another class.
   */
  readonly codec?: Codec<Stored>

  /**
   * Whether an error that this backend rejected with is a refusal: the store responded but did not carry out the operation,
   * because it is full or read-only, for example. `Cache` then keeps using it. Any other error, except a `RangeError` for a
   * value that is too large, counts as a store that cannot be reached. Must not throw.
   */
  isRefusal?(error: unknown): boolean

  /**
   * Only for a backend that serves reads from copies of another store: returns the same backend as one cache uses it, on the
   * other store as that cache uses it. Without this method the backend counts as one store, which is down as a whole.
   */
  onTerms?(terms: CopyTerms): CopyingBackend

  get(key: string): Promise<Stored | undefined>
  /** Replaces the value and the expiry. */
  set(key: string, value: Stored, ttl?: Milliseconds): Promise<void>
  /** Returns whether a live entry was removed. */
  delete(key: string): Promise<boolean>

  // Atomic, also across instances and processes if the store is shared. Left out if the store cannot do it; never emulated.

  /** Stores only if there is no live entry. Returns whether it stored. */
  add?(key: string, value: Stored, ttl?: Milliseconds): Promise<boolean>
  /** Replaces the expiry and keeps the value. Returns false if there is no live entry. */
  touch?(key: string, ttl?: Milliseconds): Promise<boolean>
  /**
   * Adds `delta` to an integer, keeps its expiry and returns the sum; `undefined` if there is no live entry. Rejects with a
   * `TypeError` if the entry is not an integer, with a `RangeError` if the entry or the sum is not a safe integer; the
   * entry is then unchanged.
   */
  incr?(key: string, delta: number): Promise<number | undefined>
  /** Removes a live entry only if it holds exactly this value. Returns whether it did. */
  deleteIfEqual?(key: string, value: Stored): Promise<boolean>
  /**
   * Replaces a live entry only if it holds exactly `expected`; the entry then has the new value and the new expiry (none
   * without a ttl). Returns whether it did, also if the values are the same.
   */
  replaceIfEqual?(key: string, expected: Stored, value: Stored, ttl?: Milliseconds): Promise<boolean>

  // The same as a single call for each key, in fewer round trips. `Cache` loops if they are absent.

  /** Returns one result per key, in the order of the keys. */
  getMany?(keys: readonly string[]): Promise<readonly (Stored | undefined)[]>
  setMany?(entries: readonly Entry<Stored>[], ttl?: Milliseconds): Promise<void>
  /** Returns how many live entries were removed. */
  deleteMany?(keys: readonly string[]): Promise<number>

  // What only some stores can do.

  /**
   * The synchronous `get` of an in-process store. `Cache` then calls it instead of `get`, so `undefined` is a miss, and it
   * throws what `get` would reject with. Left out if some keys can only be read with `get`.
   */
  getSync?(key: string): Stored | undefined

  /** Removes every entry whose key starts with `prefix`, and no other. */
  clear?(prefix: string): Promise<void>
  /** The keys of the live entries that start with `prefix`, in any order, each once. Entries written meanwhile may be missed. */
  keys?(prefix: string): AsyncIterable<string>
  /** Time left; `null` if the entry never expires, `undefined` if there is no live entry. */
  ttl?(key: string): Promise<Milliseconds | null | undefined>
  /** Drops expired entries and enforces the limits now; returns how many entries were dropped. */
  prune?(): Promise<number>
  stats?(): Promise<BackendStats>
  /** Resolves when the store responds. */
  ping?(): Promise<void>
  /**
   * Finds misconfiguration of the store and of this backend; `[]` if there is none. Changes no entry. For tools such as
   * `larder doctor`: `Cache` never calls it.
   */
  diagnose?(): Promise<readonly Finding[]>
  /** Closes what this backend opened, but not a client that was passed in. Calling it again does nothing. */
  close?(): Promise<void>
}

/** A backend that serves reads from copies, as one cache uses it. */
export interface CopyingBackend extends Backend<unknown> {
  /**
   * Returns a copy that `get` would serve, synchronously. Never throws. `undefined`: there is no copy that can be returned
   * synchronously, and `get` is called next.
   */
  getCopy?(key: string): unknown
}
