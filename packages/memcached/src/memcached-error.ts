/**
 * Why a request failed. `CONNECTION`: the server cannot be reached, or closed the connection. `LOGIN`: the server rejected
 * the credentials, or requires some. `TIMEOUT`: no reply in time. `PROTOCOL`: an unexpected reply. `SERVER`: the server
 * reported an error. `OVERLOADED`: too many requests are pending for this server. `CONTENTION`: other clients changed the
 * entry first, every time. `NO_CAS`: the server runs without CAS, which atomic changes need. `TOO_LARGE`: the value is
 * larger than `maxValueBytes`. `INVALID_KEY`: Memcached does not accept the key; nothing was sent. `CLOSED`: the backend is
 * closed.
 */
export type MemcachedErrorCode =
  | "CONNECTION"
  | "LOGIN"
  | "TIMEOUT"
  | "PROTOCOL"
  | "SERVER"
  | "OVERLOADED"
  | "CONTENTION"
  | "NO_CAS"
  | "TOO_LARGE"
  | "INVALID_KEY"
  | "CLOSED"

/** A request that a Memcached server did not carry out, or that was not sent. */
export class MemcachedError extends Error {
  override readonly name = "MemcachedError"
  readonly code: MemcachedErrorCode

  constructor(code: MemcachedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Codes for replies of a server, and for values that are too large to send. */
const refusals: ReadonlySet<MemcachedErrorCode> = new Set(["SERVER", "CONTENTION", "NO_CAS", "TOO_LARGE"])

/** Whether the server responded but did not carry out the request. */
export function isRefusal(error: unknown): boolean {
  return error instanceof MemcachedError && refusals.has(error.code)
}
