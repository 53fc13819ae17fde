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
 * What subscribers of the tracing channel `larder` receive, one object an operation. It is complete when `asyncEnd` or
 * `error` is published. `error` may be published for an operation that then resolves: a failed read that counts as a
 * miss, an entry that could not be decoded.
 */
export interface Operation {
  readonly operation: OperationName
  /** The name of the cache in `createCaches`, else the name of its backend. */
  readonly alias: string
  /** The name of the backend: `"redis"`. */
  readonly backend: string
  /** As the caller wrote them, without prefix and version. */
  readonly keys: readonly string[]
  /** The operation that this one is a part of: the `get` of a `getOrSet`. */
  readonly parent?: Operation
  /** For reads: whether each of `keys` was there, in their order. */
  hits?: readonly boolean[]
  /** For `getOrSet`: the value is one whose time was over. */
  stale?: boolean
  /** Bytes read or written, where the codec can tell. */
  bytes?: number
  /** For writes: how long the entry is kept; `null` for ever. */
  ttl?: Milliseconds | null
  /** For `getOrSet`: how long this call's producer took. Absent when there was a value, or another call's producer ran. */
  producer?: Milliseconds
  /** From the call to its answer. */
  duration?: Milliseconds
  error?: unknown
}

/** What to call when; all of it is optional. */
export type OperationSubscribers = Partial<TracingChannelSubscribers<Operation>>

/**
 * Node's `TracingChannel`, for subscribers to some of its events: older declarations of it want all of them. Without type
 * arguments, whose order is another one in newer declarations.
 */
export interface OperationsChannel extends Omit<TracingChannel, "subscribe" | "unsubscribe"> {
  subscribe(subscribers: OperationSubscribers): void
  unsubscribe(subscribers: OperationSubscribers): void
}

/** Node's tracing channel for all operations of all caches of the process. */
export const operations: OperationsChannel = tracingChannel("larder")

/** Runs an operation and publishes it. Call it only when `operations.hasSubscribers`: describing costs more than a branch. */
export function publish<Result>(operation: Operation, run: (operation: Operation) => Promise<Result>): Promise<Result> {
  const start = performance.now()
  return operations.tracePromise(async () => {
    try {
      return await run(operation)
    } finally {
      operation.duration = performance.now() - start
    }
  }, operation)
}

/** Publishes an error of an operation that resolves all the same. */
export function publishError(operation: Operation, error: unknown): void {
  operation.error = error
  operations.error.publish(operation)
}
