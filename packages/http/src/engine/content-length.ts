import { splitList } from "./field-list.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"

/**
 * The bytes of the body that a head announces: `undefined` when it does not say, `null` when what it says is no length.
 * The same length several times is that length (RFC 9110, 8.6).
 */
export function announcedBytes(lines: HeaderLines): number | null | undefined {
  const value = fieldOf(lines, "content-length")
  if (value === undefined) return undefined
  const [length = "", ...others] = new Set(splitList(value))
  return others.length === 0 && /^\d+$/.test(length) ? Number(length) : null
}
