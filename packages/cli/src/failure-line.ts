/** What went wrong, on one line and without a password: clients put whole URLs into their messages. */
export function failureLine(error: unknown): string {
  return withoutPasswords(messageOf(error)).replaceAll(/\s+/g, " ").trim()
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A refused connection to a name with several addresses: the message is empty, the errors are not.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ")
  return error.message === "" ? error.name : error.message
}

/** Takes user and password out of every URL in a text. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, "$1***@")
}
