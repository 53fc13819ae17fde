/** A range of a body: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The requested range (RFC 9110, 14): `"unsatisfiable"` if the body has no such bytes, `undefined` if the header must be
 * ignored: another unit, several ranges, or invalid.
 */
export function parseRange(header: string, length: number): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header.trim())
  if (match === null) return undefined
  const [, first = "", last = ""] = match
  if (first === "" && last === "") return undefined
  if (first === "") {
    const size = Number(last)
    return size === 0 || length === 0 ? "unsatisfiable" : { start: Math.max(0, length - size), end: length }
  }
  const start = Number(first)
  if (last !== "" && Number(last) < start) return undefined
  if (start >= length) return "unsatisfiable"
  return { start, end: last === "" ? length : Math.min(length, Number(last) + 1) }
}
