import { hash } from "node:crypto"
import { RecentMap } from "../recent-map.js"

/** Recent digests, which save a hash per request. */
const recent = new RecentMap<string>(2_000)
const longestRemembered = 1_024

/**
 * A unique name for a list of fields: SHA-256 over each field prefixed with its length, so that no two lists collide. `null`,
 * an absent field, differs from the empty one.
 */
export function digest(fields: readonly (string | null)[]): string {
  let text = ""
  for (const field of fields) text += field === null ? "-" : `${field.length}:${field}`
  const known = recent.get(text)
  if (known !== undefined) return known
  // UTF-8 would encode all lone surrogates alike.
  const name = hash("sha256", text.isWellFormed() ? text : Buffer.from(text, "utf16le"), "base64url")
  if (text.length <= longestRemembered) recent.set(text, name)
  return name
}

/** A name for a body: SHA-256, of which 27 characters are 162 bits. */
export function bodyDigest(body: Uint8Array): string {
  return hash("sha256", body, "base64url").slice(0, 27)
}
