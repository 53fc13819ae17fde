import { connectionFields } from "./connection-fields.js"
import { type HeaderLines, withoutFields } from "./header-lines.js"

/** What a 304 cannot change of a stored response: it describes the bytes that are stored (RFC 9111, 3.2). */
const ofStoredBytes = ["content-encoding", "content-length", "content-md5", "content-range", "etag"]

/** The head of a stored response as a 304 updates it: each field that the 304 has takes the place of the stored one. */
export function freshenedHeaders(stored: HeaderLines, fresh: HeaderLines): HeaderLines {
  const updates = withoutFields(fresh, new Set([...connectionFields(fresh), ...ofStoredBytes]))
  const updated = new Set(updates.map(([name]) => name.toLowerCase()))
  // The age that an earlier cache gave is that of the earlier response.
  return [...withoutFields(stored, updated.add("age")), ...updates]
}
