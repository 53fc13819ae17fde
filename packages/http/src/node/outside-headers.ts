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
 * Separates the lines of fields that the handler set from those that were set before it ran and are unchanged, such as a
 * request id or a rate limit. Outer middleware sets those for each request, hit or not, so they are not part of the page.
 * A field to which the handler added a line is the page's as a whole, since a hit replaces it as a whole. The names of fields
 * that the handler removed are part of the page, too.
 */
export function partOutside(
  lines: HeaderLines,
  before: HeaderLines,
): { readonly made: HeaderLines; readonly outside: HeaderLines; readonly removed: readonly string[] } {
  const changed = new Set(lines.filter((line) => !isOutside(line, before)).map(([name]) => name.toLowerCase()))
  const made: HeaderLine[] = []
  const outside: HeaderLine[] = []
  for (const line of lines) (changed.has(line[0].toLowerCase()) ? made : outside).push(line)
  const left = new Set(lines.map(([name]) => name.toLowerCase()))
  const removed = before.map(([name]) => name.toLowerCase()).filter((name) => !left.has(name))
  return { made, outside, removed: [...new Set(removed)] }
}

function isOutside([name, value]: HeaderLine, before: HeaderLines): boolean {
  const lowerCase = name.toLowerCase()
  if (telling.has(lowerCase) || lowerCase.startsWith("content-") || lowerCase.endsWith("cache-control")) return false
  return before.some(([other, set]) => set === value && other.toLowerCase() === lowerCase)
}
