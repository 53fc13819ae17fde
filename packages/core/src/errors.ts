import { maskUrls } from "./mask-urls.js"

/** The codes are API: they stay the same within a major version. Messages may change. */
export type CacheErrorCode =
  | "LARDER_BACKEND"
  | "LARDER_CLOSED"
  | "LARDER_CONFIGURATION"
  | "LARDER_DEADLOCK"
  | "LARDER_DECODE"
  | "LARDER_INVALID_KEY"
  | "LARDER_KEY_NOT_FOUND"
  | "LARDER_LOCK"
  | "LARDER_NOT_SUPPORTED"
  | "LARDER_SERIALIZATION"
  | "LARDER_TIMEOUT"
  | "LARDER_UNKNOWN_ALIAS"

/** Where an error happened, as far as known. */
export interface CacheErrorDetails {
  /** The method of `Cache` that was called: `"getMany"`. */
  readonly operation?: string | undefined
  /** The key as the caller passed it. */
  readonly key?: string | undefined
  /** The name of the backend: `"redis"`. */
  readonly backend?: string | undefined
  /** The name of the cache in `createCaches`, else that of its backend. */
  readonly alias?: string | undefined
  /** Identifies the store, without credentials: `"redis://127.0.0.1:6379/0"`. */
  readonly location?: string | undefined
  readonly cause?: unknown
}

const mark = Symbol.for("larder.CacheError")

/**
 * Base class of Larder's errors, except for invalid arguments, which are a plain `TypeError` or `RangeError`.
 * `CacheError.is` also recognizes errors of another copy of this package.
 */
export abstract class CacheError extends Error {
  abstract readonly code: CacheErrorCode
  readonly operation: string | undefined
  readonly key: string | undefined
  readonly backend: string | undefined
  readonly alias: string | undefined

  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined)
    this.operation = details.operation
    this.key = details.key
    this.backend = details.backend
    this.alias = details.alias
  }

  static is(value: unknown): value is CacheError {
    return typeof value === "object" && value !== null && mark in value
  }
}

Object.defineProperty(CacheError.prototype, mark, { value: true })

/** The store failed or refused; `cause` is its own error. */
export class BackendError extends CacheError {
  override readonly name = "BackendError"
  readonly code = "LARDER_BACKEND"
  readonly location: string | undefined

  constructor(details: CacheErrorDetails & { readonly operation: string; readonly backend: string }) {
    const { alias, backend, cause, key, location, operation } = details
    const reason = maskUrls(messageOf(cause))
    const what = key === undefined ? operation : `${operation} of ${JSON.stringify(key)}`
    const whose = alias === undefined || alias === backend ? "" : ` of the cache "${alias}"`
    const where = location === undefined || reason.includes(location) ? "" : ` at ${location}`
    super(`${what} failed in the ${backend} backend${whose}${where}: ${reason}`, details)
    this.location = location
  }
}

/** The cache was used after `close()`. */
export class ClosedError extends CacheError {
  override readonly name = "ClosedError"
  readonly code = "LARDER_CLOSED"

  constructor(alias: string, operation: string) {
    super(`The cache "${alias}" is closed: ${operation} was called after close()`, { alias, operation })
  }
}

/** The configuration of caches cannot work. */
export class ConfigurationError extends CacheError {
  override readonly name = "ConfigurationError"
  readonly code = "LARDER_CONFIGURATION"
}

/** A producer waits, through `getOrSet`, for the value that it is computing: it would wait for ever. */
export class DeadlockError extends CacheError {
  override readonly name = "DeadlockError"
  readonly code = "LARDER_DEADLOCK"

  constructor(finalKey: string) {
    super(
      `The producer of ${JSON.stringify(finalKey)} asks getOrSet for a value that waits for it: neither would ever end`,
    )
  }
}

/** The entry cannot be decoded. Only traced: for the caller it is a miss. */
export class DecodeError extends CacheError {
  override readonly name = "DecodeError"
  readonly code = "LARDER_DECODE"

  constructor(details: CacheErrorDetails) {
    super(`The entry ${JSON.stringify(details.key ?? "")} cannot be read: ${messageOf(details.cause)}`, details)
  }
}

/** The key is empty, not well-formed Unicode, or not one that the backend can hold. */
export class InvalidKeyError extends CacheError {
  override readonly name = "InvalidKeyError"
  readonly code = "LARDER_INVALID_KEY"
}

/** There is no entry, and `incr`, `decr`, `incrVersion` and `decrVersion` need one. */
export class KeyNotFoundError extends CacheError {
  override readonly name = "KeyNotFoundError"
  readonly code = "LARDER_KEY_NOT_FOUND"

  constructor(details: CacheErrorDetails & { readonly operation: string; readonly key: string }) {
    super(`${details.operation}: there is no entry ${JSON.stringify(details.key)}`, details)
  }
}

/** `lock` did not get the lock within `wait`. */
export class LockError extends CacheError {
  override readonly name = "LockError"
  readonly code = "LARDER_LOCK"

  constructor(name: string, waited: number) {
    super(`The lock ${JSON.stringify(name)} is held by somebody else; waited ${waited} ms`, {
      operation: "lock",
      key: name,
    })
  }
}

/** The backend lacks a method that the operation needs, and emulating it would change its meaning. */
export class NotSupportedError extends CacheError {
  override readonly name = "NotSupportedError"
  readonly code = "LARDER_NOT_SUPPORTED"

  constructor(reason: string, details: CacheErrorDetails & { readonly operation: string }) {
    super(`${details.operation} is not supported: ${reason}`, details)
  }
}

/** The value contains something that cannot be stored; the message names the path to it. The old entry is unchanged. */
export class SerializationError extends CacheError {
  override readonly name = "SerializationError"
  readonly code = "LARDER_SERIALIZATION"

  constructor(details: CacheErrorDetails & { readonly key: string }) {
    super(`The value for ${JSON.stringify(details.key)} cannot be stored: ${messageOf(details.cause)}`, details)
  }
}

/** A producer took longer than `timeoutHard`, and there was no stale value to return instead. */
export class ProducerTimeoutError extends CacheError {
  override readonly name = "ProducerTimeoutError"
  readonly code = "LARDER_TIMEOUT"

  constructor(key: string, limit: number) {
    super(`The producer of ${JSON.stringify(key)} took longer than timeoutHard, ${limit} ms`, {
      operation: "getOrSet",
      key,
    })
  }
}

/** The alias was not passed to `createCaches`. */
export class UnknownAliasError extends CacheError {
  override readonly name = "UnknownAliasError"
  readonly code = "LARDER_UNKNOWN_ALIAS"

  constructor(alias: string, known: readonly string[]) {
    super(`There is no cache "${alias}". Configured: ${known.map((name) => `"${name}"`).join(", ") || "none"}`)
  }
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // A connection that every address of a name refuses: the errors have messages, and their sum has none.
  if (cause instanceof AggregateError && cause.message === "") return cause.errors.map(messageOf).join("; ")
  return cause.message
}
