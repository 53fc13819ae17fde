const said = new Set<string>()

/** Says something to the operator through Node's own warnings, once a process. */
export function warnOnce(message: string, cause: unknown): void {
  if (said.has(message)) return
  said.add(message)
  const reason = cause instanceof Error ? `: ${cause.message}` : ""
  process.emitWarning(`${message}${reason}`, { type: "LarderWarning", code: "LARDER_PAGES" })
}
