/**
 * Why a request failed. `CONNECTION`: the server cannot be reached, or closed the connection. `LOGIN`: the server does not
 * let us in, or wants a user and a password. `TIMEOUT`: no answer in time. `PROTOCOL`: an answer that makes no sense here. `SERVER`: the server says that it could not. `OVERLOADED`: too
 * much waits for this server already. `CONTENTION`: others changed the entry every time. `NO_CAS`: the server runs
 * without the tokens that make changes atomic. `TOO_LARGE`: the value is over `maxValueBytes`. `INVALID_KEY`: the key is
 * none that Memcached takes; nothing was sent. `CLOSED`: the backend is closed.
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

/** A request that a Memcached server did not carry out, or that was not sent to it. */
export class MemcachedError extends Error {
  override readonly name = "MemcachedError"
  readonly code: MemcachedErrorCode

  constructor(code: MemcachedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What a server has answered, and that a value is larger than any that is sent. */
const refusals: ReadonlySet<MemcachedErrorCode> = new Set(["SERVER", "CONTENTION", "NO_CAS", "TOO_LARGE"])

/** Whether nothing is wrong with the way to the server: it does not do what it was asked. */
export function isRefusal(error: unknown): boolean {
  return error instanceof MemcachedError && refusals.has(error.code)
}
