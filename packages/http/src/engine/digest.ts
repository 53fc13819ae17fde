import { hash } from "node:crypto"
import { RecentMap } from "../recent-map.js"

/** Names that were made lately, so that the pages that are asked for most cost no hash each time. */
const recent = new RecentMap<string>(2_000)
const longestRemembered = 1_024

/**
 * A name for a list of fields that no other list has: SHA-256 over each field with its length before it, so that no
 * field can pass for two. `null`, a field that is not there, is not the empty one.
 */
export function digest(fields: readonly (string | null)[]): string {
  let text = ""
  for (const field of fields) text += field === null ? "-" : `${field.length}:${field}`
  const known = recent.get(text)
  if (known !== undefined) return known
  // UTF-8 would make one of all lone surrogates.
  const name = hash("sha256", text.isWellFormed() ? text : Buffer.from(text, "utf16le"), "base64url")
  if (text.length <= longestRemembered) recent.set(text, name)
  return name
}

/** A name for a body: SHA-256, of which 27 characters are 162 bits. */
export function bodyDigest(body: Uint8Array): string {
  return hash("sha256", body, "base64url").slice(0, 27)
}
