/** What was warned of already: a page that is shown again and again would say it again and again. */
const warned = new Set<string>()
const MOST_WARNED = 100

/** Emits a process warning of type `LarderWarning`, once for each `about`. After 100 there are no more. */
export function warnOnce(code: string, about: string, message: string): void {
  const warning = `${code} ${about}`
  if (warned.has(warning) || warned.size === MOST_WARNED) return
  warned.add(warning)
  process.emitWarning(message, { type: "LarderWarning", code })
}
