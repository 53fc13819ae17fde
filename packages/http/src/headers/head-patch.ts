import { fieldOf, type HeaderLine, type HeaderLines } from "../engine/header-lines.js"
import { formatHttpDate } from "../engine/http-date.js"
import { type CacheControlDirectives, mergeCacheControl } from "./cache-control-merge.js"
import { mergeVary } from "./vary-merge.js"

/** Changes the header lines of a response. */
export type HeadPatch = (lines: HeaderLines, status: number) => HeaderLines

/** Adds directives to `Cache-Control`; see `mergeCacheControl`. */
export function patchCacheControl(directives: CacheControlDirectives): HeadPatch {
  // Invalid directives throw here, not with a later response.
  mergeCacheControl(undefined, directives)
  return (lines) => withMerged(lines, "Cache-Control", (current) => mergeCacheControl(current, directives))
}

/** Adds names to `Vary`; see `mergeVary`. */
export function patchVary(names: readonly string[]): HeadPatch {
  mergeVary(undefined, names)
  return (lines) => withMerged(lines, "Vary", (current) => mergeVary(current, names))
}

/** Tells all caches not to store: sets the `Cache-Control` directives for that, and `Expires` if it is absent. */
export function patchNeverCache(now: () => number = Date.now): HeadPatch {
  const forbid = patchCacheControl({ maxAge: 0, noCache: true, noStore: true, mustRevalidate: true, private: true })
  return (lines, status) =>
    forbid(
      withDefault(lines, "Expires", () => formatHttpDate(now())),
      status,
    )
}

/** Adds a field if it is absent. */
export function withDefault(lines: HeaderLines, name: string, value: () => string): HeaderLines {
  return fieldOf(lines, name.toLowerCase()) === undefined ? [...lines, [name, value()]] : lines
}

/** Replaces all lines of a field by one, at the position of the first, or at the end. */
function withMerged(lines: HeaderLines, name: string, merge: (current: string | undefined) => string): HeaderLines {
  const lowerCase = name.toLowerCase()
  const value = merge(fieldOf(lines, lowerCase))
  const first = lines.findIndex(([other]) => other.toLowerCase() === lowerCase)
  const line: HeaderLine = [name, value]
  if (first < 0) return value === "" ? lines : [...lines, line]
  return lines.flatMap((other, index) => {
    if (index === first) return [line]
    return other[0].toLowerCase() === lowerCase ? [] : [other]
  })
}
