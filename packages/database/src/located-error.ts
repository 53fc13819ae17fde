/** Adds the server and database, or the file, to the message of the client's error, which is the `cause`. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError"
  /** The code of the client's error: `"28P01"`, `"ER_ACCESS_DENIED_ERROR"`. */
  readonly code: string | undefined

  constructor(location: string, cause: Error) {
    super(`${location}: ${messageOf(cause)}`, { cause })
    this.code = (cause as NodeJS.ErrnoException).code
  }
}

/** The error itself if its message names the host and port or the file, else one that does. A location contains no password. */
export function located(error: unknown, location: string | undefined): unknown {
  if (location === undefined || !(error instanceof Error)) return error
  // An invalid value or argument has nothing to do with the database.
  if (error instanceof RangeError || error instanceof TypeError || error instanceof DatabaseError) return error
  const [, place = location] = /^\w+:(?:\/\/)?([^/?]+|\/[^?]*)/.exec(location) ?? []
  return error.message.includes(place) ? error : new DatabaseError(location, error)
}

/** If every address of a host name refuses, the AggregateError has no message, but its errors do. */
function messageOf(error: Error): string {
  if (!(error instanceof AggregateError) || error.message !== "") return error.message
  return error.errors.map(({ message }: Error) => message).join("; ")
}
