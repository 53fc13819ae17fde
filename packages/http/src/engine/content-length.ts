import { splitList } from "./field-list.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"

/**
 * The length in `Content-Length`: `undefined` if the field is absent, `null` if it is invalid. A repeated identical length is
 * valid (RFC 9110, 8.6).
 */
export function announcedBytes(lines: HeaderLines): number | null | undefined {
  const value = fieldOf(lines, "content-length")
  if (value === undefined) return undefined
  const [length = "", ...others] = new Set(splitList(value))
  return others.length === 0 && /^\d+$/.test(length) ? Number(length) : null
}
