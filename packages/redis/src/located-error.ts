/** A connection was refused or lost. Adds the address to the client's error, which is the `cause`. */
export class RedisConnectionError extends Error {
  override readonly name = "RedisConnectionError"
  /** The code of the client's error: `"ECONNREFUSED"`. */
  readonly code: string | undefined

  constructor(location: string, cause: Error) {
    super(`${location}: ${messageOf(cause)}`, { cause })
    this.code = (cause as NodeJS.ErrnoException).code
  }
}

/** The error itself if its message names the store, else one that does. A location contains no password. */
export function located(error: unknown, location: string): unknown {
  if (!(error instanceof Error) || error instanceof RedisConnectionError) return error
  const addresses = location
    .replace(/^\w+:\/\//, "")
    .replace(/\/.*$/, "")
    .split(",")
  return addresses.some((address) => error.message.includes(address))
    ? error
    : new RedisConnectionError(location, error)
}

/** If every address of a host name refuses, the AggregateError has no message, but its errors do. */
function messageOf(error: Error): string {
  if (!(error instanceof AggregateError) || error.message !== "") return error.message
  return error.errors.map(({ message }: Error) => message).join("; ")
}
