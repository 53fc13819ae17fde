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
 * What subscribers of the `larder` tracing channel receive, one object per operation. It is complete when `asyncEnd` or
 * `error` is published. `error` can be published for an operation that then resolves: a failed read that counts as a
 * miss, or an entry that could not be decoded.
 */
export interface Operation {
  readonly operation: OperationName
  /** The name of the cache in `createCaches`, else the name of its backend. */
  readonly alias: string
  /** The name of the backend: `"redis"`. */
  readonly backend: string
  /** As the caller passed them, without prefix and version. */
  readonly keys: readonly string[]
  /** What called the cache, if its view is labelled with `Cache#withLayer`: `"page"`, `"fragment"`. */
  readonly layer?: string
  /** The operation that this one is part of, such as the `getOrSet` around a `get`. */
  readonly parent?: Operation
  /** For reads: whether each of `keys` was a hit, in their order. */
  hits?: readonly boolean[]
  /** For reads: `keys` as the store knows them, with prefix, version and namespace, in their order. */
  finalKeys?: readonly string[]
  /**
   * For reads, if the store can tell: asks it how long the entry of one of `finalKeys` is still kept. `null`: it never
   * expires; `undefined`: there is none, or the store fails. Not traced, and never rejects.
   */
  timeLeft?: (finalKey: string) => Promise<Milliseconds | null | undefined>
  /** For `getOrSet`: the value is stale. */
  stale?: boolean
  /** Bytes read or written, if the codec reports sizes. */
  bytes?: number
  /** For writes: how long the entry is kept; `null`: it never expires. */
  ttl?: Milliseconds | null
  /** For `getOrSet`: how long this call's producer took. Absent on a hit, and if another call's producer ran. */
  producer?: Milliseconds
  /** From the call until it settles. */
  duration?: Milliseconds
  error?: unknown
}

/** The handlers of a subscriber, all optional. */
export type OperationSubscribers = Partial<TracingChannelSubscribers<Operation>>

/**
 * Node's `TracingChannel`, with optional handlers: older type declarations require all of them. It has no type arguments,
 * because their order differs between declarations.
 */
export interface OperationsChannel extends Omit<TracingChannel, "subscribe" | "unsubscribe"> {
  subscribe(subscribers: OperationSubscribers): void
  unsubscribe(subscribers: OperationSubscribers): void
}

/** Node's tracing channel for all operations of all caches in this process. */
export const operations: OperationsChannel = tracingChannel("larder")

/** Runs an operation and publishes it. Call it only if there are subscribers: building one costs more than a branch. */
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

/** Publishes an error of an operation that nevertheless resolves. */
export function publishError(operation: Operation, error: unknown): void {
  operation.error = error
  operations.error.publish(operation)
}
