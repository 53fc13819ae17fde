/** By then a document has begun. */
const mostLooked = 1_024

const mark = /<!doctype html|<html|<body|<\/body/i

/**
 * Whether bytes begin a whole HTML document, rather than a part of one for a script to insert. `undefined`: too early to say.
 */
export function beginsDocument(opening: Uint8Array, complete: boolean): boolean | undefined {
  const text = Buffer.from(opening.buffer, opening.byteOffset, opening.byteLength).toString("latin1")
  if (mark.test(text)) return true
  // After a byte order mark.
  const begun = text.replace(/^(?:\xEF\xBB\xBF)?\s*/, "")
  if (complete || text.length >= mostLooked || !/^(?:$|<)/.test(begun)) return false
  return undefined
}
