const said = new Set<string>()

/**
 * Emits a Node process warning, once per process. The code is for `process.on("warning")` and
 * `node --disable-warning`; default: `LARDER_PAGES`.
 */
export function warnOnce(
  message: string,
  { cause, code = "LARDER_PAGES" }: { cause?: unknown; code?: string } = {},
): void {
  if (said.has(message)) return
  said.add(message)
  const reason = cause instanceof Error ? `: ${cause.message}` : ""
  process.emitWarning(`${message}${reason}`, { type: "LarderWarning", code })
}
