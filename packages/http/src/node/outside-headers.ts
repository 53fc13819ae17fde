import type { HeaderLine, HeaderLines } from "../engine/header-lines.js"

/**
 * Fields that say what a response is and who may store it: the page cache has to know them, whoever set them. Besides them
 * all that begin with `content-` or end with `cache-control`.
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
 * Parts the lines that the handler made from those that were there before it ran and are unchanged: the number of a
 * request, what is left of a rate. Those are set anew for each request, whether it is a hit or not, so they are no part of
 * the page.
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
