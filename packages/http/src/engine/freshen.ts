import { isWeak, opaqueTag } from "./conditional.js"
import { connectionFields } from "./connection-fields.js"
import { fieldOf, type HeaderLines, withoutFields } from "./header-lines.js"
import type { Policy } from "./policy.js"

/** Fields that describe the stored bytes, which a 304 does not update (RFC 9111, 3.2). */
const ofStoredBytes = ["content-digest", "content-encoding", "content-length", "content-md5", "content-range", "etag"]

/**
 * Whether a 304 to a request with the validators of this stored response confirms it (RFC 9111, 4.3.4): it has the same
 * strong entity tag, or a matching weak one, or the same date, or no validator.
 */
export function confirms(fresh: HeaderLines, stored: HeaderLines): boolean {
  const etag = fieldOf(fresh, "etag")
  const lastModified = fieldOf(fresh, "last-modified")
  if (etag === undefined) return lastModified === undefined || lastModified === fieldOf(stored, "last-modified")
  const storedEtag = fieldOf(stored, "etag")
  return etag === storedEtag || (storedEtag !== undefined && isWeak(etag) && opaqueTag(etag) === opaqueTag(storedEtag))
}

/** The handler's own freshness fields. */
export function freshnessFields(headers: HeaderLines, { targets }: Policy): HeaderLines {
  return headers.filter(([name]) => ["cache-control", "expires", ...targets].includes(name.toLowerCase()))
}

/**
 * The head of a stored response updated by a 304, whose fields replace the stored ones. `stated`: the handler's own
 * freshness fields, if others were sent downstream.
 */
export function freshenedHeaders(stored: HeaderLines, fresh: HeaderLines, stated: HeaderLines = []): HeaderLines {
  const updates = withoutFields(fresh, new Set([...connectionFields(fresh), ...ofStoredBytes]))
  const updated = new Set(updates.map(([name]) => name.toLowerCase()))
  const restored = withoutFields(stated, updated)
  // `Age` and `Date` of the earlier response do not apply to the 304.
  const replaced = new Set([...updated, ...stated.map(([name]) => name.toLowerCase()), "age", "date"])
  return [...withoutFields(stored, replaced), ...restored, ...updates]
}
