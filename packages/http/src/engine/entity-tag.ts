import { bodyDigest } from "./digest.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"
import type { Policy } from "./policy.js"
import type { StoredHead } from "./stored-page.js"

/**
 * The entity tag to add to a page that has none. Not added beside a `Last-Modified` by which the handler can be asked: given
 * a tag that it does not know, it would say that the page has changed (RFC 9110, 13.1.3).
 */
export function entityTag(head: StoredHead, body: Uint8Array, { etag, conditionalHandler }: Policy): HeaderLines {
  if (etag === false || head.status !== 200 || fieldOf(head.headers, "etag") !== undefined) return []
  if (conditionalHandler && fieldOf(head.headers, "last-modified") !== undefined) return []
  return [["ETag", `${etag === "weak" ? "W/" : ""}"${bodyDigest(body)}"`]]
}
