/** The number of bytes within which a document must begin. */
const searchLength = 1_024

const mark = /<!doctype html|<html|<body|<\/body/i

/**
 * Whether a body is a whole HTML document rather than a fragment that a script inserts. `opening` is its beginning, or all of
 * it if `complete`. `undefined`: more bytes are needed.
 */
export function beginsDocument(opening: Uint8Array, complete: boolean): boolean | undefined {
  const text = Buffer.from(opening.buffer, opening.byteOffset, opening.byteLength).toString("latin1")
  if (mark.test(text)) return true
  // A byte order mark may come first.
  const begun = text.replace(/^(?:\xEF\xBB\xBF)?\s*/, "")
  if (complete || text.length >= searchLength || !/^(?:$|<)/.test(begun)) return false
  return undefined
}
