const warned = new Set<string>()

/** Warns with the code `LARDER_TOOLBAR`, once a process for each message. */
export function warnOnce(message: string, cause?: unknown): void {
  if (warned.has(message)) return
  warned.add(message)
  const detail = cause instanceof Error ? cause.stack : undefined
  process.emitWarning(message, { type: "LarderWarning", code: "LARDER_TOOLBAR", ...(detail && { detail }) })
}
