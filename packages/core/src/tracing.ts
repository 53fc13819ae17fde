import { type TracingChannel, type TracingChannelSubscribers, tracingChannel } from "node:diagnostics_channel"
import type { Milliseconds } from "./backend.js"

export type OperationName =
  | "add"
  | "clear"
  | "delete"
  | "deleteMany"
  | "get"
  | "getMany"
  | "getOrSet"
  | "getOrSetMany"
  | "has"
  | "incr"
  | "incrVersion"
  | "invalidateTags"
  | "keys"
  | "lock"
  | "ping"
  | "prune"
  | "refresh"
  | "set"
  | "setMany"
  | "snapshotTags"
  | "stats"
  | "touch"
  | "ttl"

/**
 * The message that subscribers of the `larder` tracing channel receive, one object per operation. It is complete when
 * `asyncEnd` is published. `error` can also be published for an operation that resolves: for a failed read that counts as a
 * miss, or an entry that could not be decoded.
 */
export interface Operation {
  readonly operation: OperationName
  /** The alias of the cache, which defaults to the name of its backend. */
  readonly alias: string
  /** The name of the backend: `"redis"`. */
  readonly backend: string
  /** The keys that the caller passed, without prefix and version. */
  readonly keys: readonly string[]
  /** The label of the view, set with `Cache#withLayer`: `"page"`, `"fragment"`. */
  readonly layer?: string
  /** The operation that this one is part of, such as the `getOrSet` around a `get`. */
  readonly parent?: Operation
  /** For reads: whether each of `keys` was a hit, in the same order. */
  hits?: readonly boolean[]
  /** For reads: the final `keys` in the store, with prefix, version and namespace, in the same order. */
  finalKeys?: readonly string[]
  /**
   * For reads, if the backend has `ttl`: queries the time left of one of `finalKeys`. Resolves with `null` if the entry never
   * expires, and with `undefined` if there is no entry or the store fails. It is not traced, and never rejects.
   */
  timeLeft?: (finalKey: string) => Promise<Milliseconds | null | undefined>
  /** For `getOrSet`: the value is stale. */
  stale?: boolean
  /** Bytes read or written, if the codec reports sizes. */
  bytes?: number
  /** For writes: how long the entry is kept; `null`: it never expires. */
  ttl?: Milliseconds | null
  /** For `getOrSet`: the duration of this call's producer. Absent on a hit, and if the producer of another call ran. */
  producer?: Milliseconds
  /** From the call until it settles. */
  duration?: Milliseconds
  error?: unknown
}

/** The handlers of a subscriber. All are optional. */
export type OperationSubscribers = Partial<TracingChannelSubscribers<Operation>>

/**
 * Node's `TracingChannel` with optional handlers, because older type declarations require all of them. It has no type
 * arguments, because their order differs between versions of the declarations.
 */
export interface OperationsChannel extends Omit<TracingChannel, "subscribe" | "unsubscribe"> {
  subscribe(subscribers: OperationSubscribers): void
  unsubscribe(subscribers: OperationSubscribers): void
}

/** The tracing channel of all operations of all caches in this process. */
export const operations: OperationsChannel = tracingChannel("larder")

/** Runs an operation and publishes it. Call it only if there are subscribers, because creating an `Operation` is not free. */
export function publish<Result>(operation: Operation, run: (operation: Operation) => Promise<Result>): Promise<Result> {
  return operations.tracePromise(async () => {
    // After the subscribers of `start`, which may take a stack trace: their time is not the operation's.
    const start = performance.now()
    try {
      return await run(operation)
    } finally {
      operation.duration = performance.now() - start
    }
  }, operation)
}

/** Publishes an error of an operation that still resolves. */
export function publishError(operation: Operation, error: unknown): void {
  operation.error = error
  operations.error.publish(operation)
}
