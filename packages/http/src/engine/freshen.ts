import { connectionFields } from "./connection-fields.js"
import { type HeaderLines, withoutFields } from "./header-lines.js"

/** What a 304 cannot change of a stored response: it describes the bytes that are stored (RFC 9111, 3.2). */
const ofStoredBytes = ["content-encoding", "content-length", "content-md5", "content-range", "etag"]

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
