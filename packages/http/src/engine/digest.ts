import { hash } from "node:crypto"

/**
 * A name for a list of fields that no other list has: SHA-256 over each field with its length before it, so that no
 * field can pass for two. `null`, a field that is not there, is not the empty one.
 */
export function digest(fields: readonly (string | null)[]): string {
  let text = ""
  for (const field of fields) text += field === null ? "-" : `${field.length}:${field}`
  // UTF-8 would make one of all lone surrogates.
  return hash("sha256", text.isWellFormed() ? text : Buffer.from(text, "utf16le"), "base64url")
}

/** A name for a body: SHA-256, of which 27 characters are 162 bits. */
export function bodyDigest(body: Uint8Array): string {
  return hash("sha256", body, "base64url").slice(0, 27)
}
