/** The warnings emitted so far, so that each page view does not repeat them. */
const warned = new Set<string>()
const MOST_WARNED = 100

/** Emits a process warning of type `LarderWarning`, once for each `about`, and at most 100 in total. */
export function warnOnce(code: string, about: string, message: string): void {
  const warning = `${code} ${about}`
  if (warned.has(warning) || warned.size === MOST_WARNED) return
  warned.add(warning)
  process.emitWarning(message, { type: "LarderWarning", code })
}
