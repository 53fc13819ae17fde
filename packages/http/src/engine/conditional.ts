import type { Milliseconds } from "@larder/core"
import { splitList } from "./field-list.js"
import { fieldOf, type HeaderLines, type RequestHeaders } from "./header-lines.js"
import { parseHttpDate } from "./http-date.js"

/** The headers of conditional and range requests. */
export const conditions: readonly string[] = ["if-none-match", "if-modified-since", "range", "if-range"]

/**
 * Whether a 304 may be sent instead of this response (RFC 9111, 4.3.2). `If-None-Match` takes precedence. Without
 * `Last-Modified`, the response was last modified at `Date`.
 */
export function isNotModified(request: RequestHeaders, lines: HeaderLines, now: Milliseconds): boolean {
  const noneMatch = request.get("if-none-match")
  if (noneMatch !== undefined) return matchesAny(noneMatch, fieldOf(lines, "etag"))
  const since = request.get("if-modified-since")
  if (since === undefined) return false
  const modified = parseHttpDate(fieldOf(lines, "last-modified") ?? fieldOf(lines, "date") ?? "", now)
  const known = parseHttpDate(since, now)
  return modified !== undefined && known !== undefined && modified <= known
}

/**
 * Whether `If-Range` permits a range of this response (RFC 9110, 13.1.5); true if it is absent. A weak entity tag never
 * matches; a date matches if it is exactly that of the response, and a strong validator.
 */
export function rangeApplies(request: RequestHeaders, lines: HeaderLines): boolean {
  const condition = request.get("if-range")?.trim()
  if (condition === undefined) return true
  if (condition.startsWith('"')) return condition === fieldOf(lines, "etag")
  const lastModified = fieldOf(lines, "last-modified")
  return lastModified !== undefined && condition === lastModified && isStrong(lastModified, fieldOf(lines, "date"))
}

/** Whether `Last-Modified` is at least a second before `Date`: else a second change may share its date (RFC 9110, 8.8.2.2). */
function isStrong(lastModified: string, date: string | undefined): boolean {
  const changed = parseHttpDate(lastModified)
  const made = parseHttpDate(date ?? "")
  return changed !== undefined && made !== undefined && made - changed >= 1_000
}

/** Weak comparison with each entity tag of a list, or with `*`. */
function matchesAny(list: string, etag: string | undefined): boolean {
  if (list.trim() === "*") return true
  return etag !== undefined && splitList(list).some((candidate) => opaqueTag(candidate) === opaqueTag(etag))
}

/** The part of an entity tag that weak comparison looks at (RFC 9110, 8.8.3.2). */
export function opaqueTag(etag: string): string {
  return isWeak(etag) ? etag.slice(2) : etag
}

export function isWeak(etag: string): boolean {
  return etag.startsWith("W/")
}
