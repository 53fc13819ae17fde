/** An error of the client, which is the `cause`. The message adds which server and database, or which file, it is about. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError"
  /** The `code` of the client's error: `"28P01"`, `"ER_ACCESS_DENIED_ERROR"`. */
  readonly code: string | undefined

  constructor(location: string, cause: Error) {
    super(`${location}: ${messageOf(cause)}`, { cause })
    this.code = (cause as NodeJS.ErrnoException).code
  }
}

/** The error itself when its message names the host and port, or the file, else one that does. A location holds no password. */
export function located(error: unknown, location: string | undefined): unknown {
  if (location === undefined || !(error instanceof Error)) return error
  // What is wrong with a value or an argument is wrong everywhere.
  if (error instanceof RangeError || error instanceof TypeError || error instanceof DatabaseError) return error
  const [, place = location] = /^\w+:(?:\/\/)?([^/?]+|\/[^?]*)/.exec(location) ?? []
  return error.message.includes(place) ? error : new DatabaseError(location, error)
}

/** A connection that every address of a name refuses: the errors have messages, and their sum has none. */
function messageOf(error: Error): string {
  if (!(error instanceof AggregateError) || error.message !== "") return error.message
  return error.errors.map(({ message }: Error) => message).join("; ")
}
