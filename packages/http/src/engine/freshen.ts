import { isWeak, opaqueTag } from "./conditional.js"
import { connectionFields } from "./connection-fields.js"
import { fieldOf, type HeaderLines, withoutFields } from "./header-lines.js"

/** What a 304 cannot change of a stored response: it describes the bytes that are stored (RFC 9111, 3.2). */
const ofStoredBytes = ["content-digest", "content-encoding", "content-length", "content-md5", "content-range", "etag"]

/**
 * Whether a 304 is about this stored response, whose validators it was asked by (RFC 9111, 4.3.4): it has the same strong
 * entity tag, or a weak one that matches, or the same date, or says nothing of the kind.
 */
export function confirms(fresh: HeaderLines, stored: HeaderLines): boolean {
  const etag = fieldOf(fresh, "etag")
  const lastModified = fieldOf(fresh, "last-modified")
  if (etag === undefined) return lastModified === undefined || lastModified === fieldOf(stored, "last-modified")
  const storedEtag = fieldOf(stored, "etag")
  return etag === storedEtag || (storedEtag !== undefined && isWeak(etag) && opaqueTag(etag) === opaqueTag(storedEtag))
}

/**
 * The head of a stored response as a 304 updates it: each field that the 304 has takes the place of the stored one.
 * `stated` are the fields about freshness as the handler sent them, where others have been told something else.
 */
export function freshenedHeaders(stored: HeaderLines, fresh: HeaderLines, stated: HeaderLines = []): HeaderLines {
  const updates = withoutFields(fresh, new Set([...connectionFields(fresh), ...ofStoredBytes]))
  const updated = new Set(updates.map(([name]) => name.toLowerCase()))
  const restored = withoutFields(stated, updated)
  // The age and the time of the earlier response are not those of the one that confirms it.
  const replaced = new Set([...updated, ...stated.map(([name]) => name.toLowerCase()), "age", "date"])
  return [...withoutFields(stored, replaced), ...restored, ...updates]
}
