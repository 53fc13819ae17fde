import { describeValue } from "./describe-value.js"
import { isIterable } from "./is-iterable.js"
import type { RefreshOptions } from "./refresh-policy.js"
import type { TagSnapshot } from "./tags.js"
import type { Timeout } from "./timeout.js"

/** An array, a Set or another iterable of strings; not a string, whose characters it would be. */
export type Strings = Iterable<string> & object

export interface KeyVersionOptions {
  /** Default: the version of the cache. */
  readonly version?: number | undefined
}

export interface GetOptions<Default> extends KeyVersionOptions {
  /** Returned on a miss instead of `undefined`. */
  readonly default: Default
}

export interface WriteOptions extends KeyVersionOptions {
  /** Default: the timeout of the cache. With tags, and in a namespace, at most 30 days. */
  readonly timeout?: Timeout | undefined
}

export interface SetOptions extends WriteOptions {
  /** What the value depends on: at most 64 strings. `invalidateTags` with one of them turns the entry into a miss. */
  readonly tags?: Strings | undefined
  /**
   * From `snapshotTags`, taken before reading the data that the value was computed from. If one of its tags was invalidated
   * since, the value is not stored, or not served. Default: the state of the tags when `set` is called.
   */
  readonly snapshot?: TagSnapshot | undefined
}

export interface GetOrSetOptions extends WriteOptions, RefreshOptions {
  /** What the value depends on. The producer can add tags, even to `[]`, but not if `tags` is absent. */
  readonly tags?: Strings | undefined
  /** Ends this caller's wait with the signal's reason; the producer continues while others wait. */
  readonly signal?: AbortSignal | undefined
}

export type GetOrSetManyOptions = WriteOptions & Pick<GetOrSetOptions, "signal" | "tags">

const noOptions: WriteOptions = {}

/**
 * The options that a timeout, or options, stand for. Throws a `TypeError` for the option that other libraries have, often
 * in milliseconds: passed over, it would leave the entry with the timeout of the cache.
 */
export function writeOptions<Options extends WriteOptions>(
  timeout: Timeout | Options | undefined,
): WriteOptions & Partial<Options> {
  if (typeof timeout === "object" && timeout !== null) {
    if ("ttl" in timeout) {
      throw new TypeError(
        `There is no option ttl: use timeout, in seconds or with a unit, as in { timeout: 60 }, or { timeout: "250ms" }; ` +
          `got ${describeValue(timeout.ttl)}`,
      )
    }
    return timeout
  }
  return (timeout === undefined ? noOptions : { timeout }) as WriteOptions & Partial<Options>
}

type AnyFunction = (...args: never) => unknown

/**
 * An object typed by an interface, which has no index signature. Nothing with methods, such as a `Date` or a promise that
 * was not awaited, and no list.
 */
export type Properties<Type> = Type extends Iterable<unknown> | AnyFunction
  ? never
  : { readonly [Name in keyof Type]: Type[Name] extends AnyFunction ? never : Type[Name] }

/** The pairs of a record, a Map or another iterable. Throws a `TypeError` for anything else. */
export function pairsOf(
  entries: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>,
): Iterable<readonly [string, unknown]> {
  if (isIterable(entries)) return entries
  if (typeof entries === "object" && entries !== null) return Object.entries(entries)
  throw new TypeError(`Entries are an object, a Map or other pairs of key and value; got ${describeValue(entries)}`)
}

/** Throws a `TypeError` for what other caches take there: the default of `get`, or a version. */
export function checkCallOptions(options: KeyVersionOptions): void {
  if (typeof options === "object" && options !== null) return
  throw new TypeError(`Options are an object, as { version: 2 } or { default: 0 }; got ${describeValue(options)}`)
}

export function checkDelta(delta: number): number {
  if (!Number.isSafeInteger(delta)) throw new TypeError(`A delta is an integer; got ${describeValue(delta)}`)
  return delta
}

export function checkKeys(keys: Iterable<string>): Iterable<string> {
  if (!isIterable(keys)) throw new TypeError(`Keys are an array or other iterable; got ${describeValue(keys)}`)
  return keys
}
