import type { HeaderLine, HeaderLines } from "../engine/header-lines.js"

/**
 * Fields that describe a response and who may store it: the page cache considers them whoever set them. So it does all that
 * begin with `content-` or end with `cache-control`.
 */
const telling: ReadonlySet<string> = new Set([
  "access-control-allow-origin",
  "age",
  "cache-group-invalidation",
  "cache-groups",
  "cache-status",
  "date",
  "etag",
  "expires",
  "last-modified",
  "location",
  "pragma",
  "set-cookie",
  "trailer",
  "transfer-encoding",
  "vary",
])

/**
 * Separates the lines that the handler set from those that were set before it ran and are unchanged, such as a request id or
 * a rate limit. Outer middleware sets those for each request, hit or not, so they are not part of the page.
 */
export function partOutside(
  lines: HeaderLines,
  before: HeaderLines,
): { readonly made: HeaderLines; readonly outside: HeaderLines } {
  const made: HeaderLine[] = []
  const outside: HeaderLine[] = []
  for (const line of lines) (isOutside(line, before) ? outside : made).push(line)
  return { made, outside }
}

function isOutside([name, value]: HeaderLine, before: HeaderLines): boolean {
  const lowerCase = name.toLowerCase()
  if (telling.has(lowerCase) || lowerCase.startsWith("content-") || lowerCase.endsWith("cache-control")) return false
  return before.some(([other, set]) => set === value && other.toLowerCase() === lowerCase)
}
