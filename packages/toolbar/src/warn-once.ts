const emitted = new Set<string>()

/** Emits a process warning with the code `LARDER_TOOLBAR`, once per message and process. */
export function warnOnce(message: string, cause?: unknown): void {
  if (emitted.has(message)) return
  emitted.add(message)
  const detail = cause instanceof Error ? cause.stack : undefined
  process.emitWarning(message, { type: "LarderWarning", code: "LARDER_TOOLBAR", ...(detail && { detail }) })
}
