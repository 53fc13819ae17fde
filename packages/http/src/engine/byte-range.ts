/** A part of a body: from `start` up to and without `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The part that a `Range` header asks for (RFC 9110, 14): `"unsatisfiable"` when the body has no such part, `undefined`
 * when the header is to be ignored: another unit, several parts, or no range at all.
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
