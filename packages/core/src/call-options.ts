import { describeValue } from "./describe-value.js"
import type { RefreshOptions } from "./refresh-policy.js"
import type { TagSnapshot } from "./tags.js"
import type { Timeout } from "./timeout.js"

export interface KeyVersionOptions {
  /** Default: the version of the cache. */
  readonly version?: number
}

export interface GetOptions<Default> extends KeyVersionOptions {
  /** What a miss answers instead of `undefined`. */
  readonly default: Default
}

export interface WriteOptions extends KeyVersionOptions {
  /** Default: the timeout of the cache. With tags, and in a namespace, 30 days at most. */
  readonly timeout?: Timeout
}

export interface SetOptions extends WriteOptions {
  /** What the value depends on, at most 64 texts of any kind: `invalidateTags` with one of them, and it is a miss. */
  readonly tags?: Iterable<string>
  /**
   * From `snapshotTags`, taken before what the value was made of was read. The value is then not stored, or not served,
   * when one of its tags was invalidated since. Without it the tags count from the call of `set`.
   */
  readonly snapshot?: TagSnapshot
}

export interface GetOrSetOptions extends WriteOptions, RefreshOptions {
  /** What the value depends on. A producer can add to them, also to `[]`; without `tags` it has none. */
  readonly tags?: Iterable<string>
  /** Ends this caller's wait with the signal's reason; the producer goes on while others wait. */
  readonly signal?: AbortSignal
}

export type GetOrSetManyOptions = WriteOptions & Pick<GetOrSetOptions, "signal" | "tags">

/** The options that a timeout, or options, stand for. */
export function writeOptions<Options extends WriteOptions>(
  timeout: Timeout | Options | undefined,
): WriteOptions & Partial<Options> {
  if (typeof timeout === "object" && timeout !== null) return timeout
  return (timeout === undefined ? {} : { timeout }) as WriteOptions & Partial<Options>
}

/** The pairs of a record, a Map or another iterable. */
export function pairsOf(
  entries: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>,
): Iterable<readonly [string, unknown]> {
  return Symbol.iterator in entries ? (entries as Iterable<readonly [string, unknown]>) : Object.entries(entries)
}

export function checkDelta(delta: number): number {
  if (!Number.isSafeInteger(delta)) throw new TypeError(`A delta is an integer; got ${describeValue(delta)}`)
  return delta
}

export function checkKeys(keys: Iterable<string>): Iterable<string> {
  if (typeof keys === "string") throw new TypeError(`Keys are an array or other iterable; got ${describeValue(keys)}`)
  return keys
}
