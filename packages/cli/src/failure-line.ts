import { maskUrls } from "@larder/core"

/** Returns an error as one line without passwords: clients include whole URLs in their messages. */
export function failureLine(error: unknown): string {
  return maskUrls(messageOf(error)).replaceAll(/\s+/g, " ").trim()
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // When every address of a host refuses the connection, only the inner errors have messages.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ")
  return error.message === "" ? error.name : error.message
}
