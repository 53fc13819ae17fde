/** A duration in milliseconds: the contract's only unit of time. */
export type Milliseconds = number

/**
 * What a backend is: limits and qualities. What it can *do* is which methods it has.
 */
export interface Capabilities {
  /** Two handles on one store see each other's writes. */
  readonly shared: boolean
  /** Entries outlive the process. */
  readonly persistent: boolean
  /** Live entries may be dropped to make room. */
  readonly evicts: boolean
  /** Operations cross a network and may never be answered: `Cache` then ends them after its `operationTimeout`. */
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

/** How values become what a store keeps. `Cache` brings one for bytes; an in-process store may bring its own. */
export interface Codec<Stored> {
  /** Throws a `TypeError` whose message names the path (`value.user.save is a function`) for what it cannot carry. */
  encode(value: unknown): Stored
  /** The value, never `undefined`. Throws on what it cannot read; `Cache` counts that as a miss. */
  decode(stored: Stored): unknown
  /** The size in bytes, as it is reported in traces. */
  size?(stored: Stored): number
}

export interface Entry<Stored = Uint8Array> {
  readonly key: string
  readonly value: Stored
}

/** What a store knows about itself; what it does not know is absent. Counters run since the store started. */
export interface BackendStats {
  readonly entries?: number
  readonly bytes?: number
  readonly hits?: number
  readonly misses?: number
  readonly evictions?: number
}

/** What a cache brings along for a backend that answers reads with copies of what another store holds. */
export interface CopyTerms {
  /**
   * The other store as this cache uses it: its calls end in time, and fail at once while it is down. With `codec`, the one
   * that copies are kept by, what it answers and is handed may be kept as a copy as it is, and read at the cost of that
   * codec; it then has a codec too. To be called once.
   */
  storeBehind(store: Backend<unknown>, codec: Codec<unknown> | undefined): Backend<unknown>
  /** Whether a read of the key decides something, so that no copy may answer it. */
  isDecisive(key: string): boolean
  /**
   * Whether a batch that the store rejected with this error is answered as far as copies go, as if the rest was missing.
   * That is so where failures count as misses, and while the store is known to be down: then nothing waits for it again.
   */
  answersInPart(error: unknown): boolean
}

/**
 * A place that keeps opaque values for a while. `CONTRACT.md` of `@larder/conformance` states each promise as a
 * numbered clause, and its suite checks them.
 *
 * `Cache` promises: keys are non-empty well-formed strings, already prefixed and versioned, within `maxKeyBytes`; a
 * ttl is a positive integer, a thousand years at most, or absent for "never expires"; a delta is a safe integer; no
 * batch is empty or names a key twice; nothing is called after `close`.
 *
 * A backend promises: a miss is `undefined`; an expired entry behaves in every method exactly like one that is not
 * there; but for `getSync` it never throws synchronously; it neither keeps nor mutates a buffer it was handed, nor hands out one that it
 * will mutate; it rejects with the store's own error, unwrapped; removing an expired entry never removes one written
 * meanwhile.
 */
export interface Backend<Stored = Uint8Array> {
  /** Names the kind of store in errors and traces: `"redis"`. */
  readonly name: string
  readonly capabilities: Capabilities
  /**
   * Names the store itself, without credentials: `"file:/var/cache/news"`. It stands in errors, and tells two caches
   * which would overwrite each other.
   */
  readonly location?: string
  /**
   * Only for stores that keep something else than bytes. What such a store is handed is opaque to it, and may be an object
   * of `Cache` around what the codec made, for tags and the like: it keeps the object itself, and no clone of another class.
   */
  readonly codec?: Codec<Stored>

  /**
   * Whether an error that this backend rejected with is a refusal: an answer of the store, which was reached and does not do
   * what it was asked, because it is full, say, or read-only. `Cache` then goes on to ask it for other things. Every other
   * error, but a `RangeError` for what is too large, counts as a store that is out of reach. Never throws, for no error.
   */
  isRefusal?(error: unknown): boolean

  /**
   * Only for a backend that answers reads with copies of what another store holds: the same backend as one cache uses it,
   * on the other store as that cache wants it. Without it the backend counts as one store, which is down as a whole.
   */
  onTerms?(terms: CopyTerms): CopyingBackend

  get(key: string): Promise<Stored | undefined>
  /** Replaces the value and the expiry. */
  set(key: string, value: Stored, ttl?: Milliseconds): Promise<void>
  /** True when a live entry was removed. */
  delete(key: string): Promise<boolean>

  // Atomic, also between handles and processes where the store is shared. Left out where the store cannot; never emulated.

  /** Stores only where no live entry is. True when stored. */
  add?(key: string, value: Stored, ttl?: Milliseconds): Promise<boolean>
  /** Replaces the expiry and keeps the value. False when there is no live entry. */
  touch?(key: string, ttl?: Milliseconds): Promise<boolean>
  /**
   * Adds `delta` to an integer, keeps its expiry and answers the sum; `undefined` when there is no live entry. Rejects
   * with a `TypeError` when the entry is not an integer, with a `RangeError` when the entry or the sum is not a safe
   * integer; the entry then stays as it was.
   */
  incr?(key: string, delta: number): Promise<number | undefined>
  /** Removes a live entry only while it holds exactly this value. True when removed. */
  deleteIfEqual?(key: string, value: Stored): Promise<boolean>
  /**
   * Replaces a live entry only while it holds exactly `expected`; the entry then has the new value and the new expiry
   * (none without a ttl). True when replaced, by the same value too.
   */
  replaceIfEqual?(key: string, expected: Stored, value: Stored, ttl?: Milliseconds): Promise<boolean>

  // The meaning of the single call on each key, in fewer round trips. `Cache` loops where they are absent.

  /** One answer a key, in the order of the keys. */
  getMany?(keys: readonly string[]): Promise<readonly (Stored | undefined)[]>
  setMany?(entries: readonly Entry<Stored>[], ttl?: Milliseconds): Promise<void>
  /** How many live entries were removed. */
  deleteMany?(keys: readonly string[]): Promise<number>

  // What some stores can do and others cannot.

  /**
   * What `get` would answer, at once: for stores in this process. `Cache` then asks it in place of `get`, so `undefined` is
   * a miss, and it throws what `get` would reject with. Left out where some keys can only be told by `get`.
   */
  getSync?(key: string): Stored | undefined

  /** Removes every entry whose key starts with `prefix`, and no other. */
  clear?(prefix: string): Promise<void>
  /** The keys of the live entries that start with `prefix`, in any order, each once. Entries written meanwhile may be missed. */
  keys?(prefix: string): AsyncIterable<string>
  /** Time left; `null` when the entry never expires, `undefined` when there is no live entry. */
  ttl?(key: string): Promise<Milliseconds | null | undefined>
  /** Drops expired entries and culls to the limits now; answers how many entries were dropped. */
  prune?(): Promise<number>
  stats?(): Promise<BackendStats>
  /** Resolves when the store answers. */
  ping?(): Promise<void>
  /** Releases what this backend opened and leaves a client that it was given alone. Calling it again does nothing. */
  close?(): Promise<void>
}

/** A backend that answers reads with copies, as one cache uses it. */
export interface CopyingBackend extends Backend<unknown> {
  /**
   * What `get` would answer with a copy, at once. Never throws. `undefined`: `get` is asked next, for there is no copy, or
   * none that can be told at once.
   */
  getCopy?(key: string): unknown
}
