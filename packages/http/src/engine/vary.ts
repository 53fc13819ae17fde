import { fieldNames, isToken, splitList } from "./field-list.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"

/** Represents `keyExtras` among the header names; no header can have this name. */
export const keyExtrasName = ":extras"

/** The names in `Vary`, in lower case and sorted; `undefined` if it has a `*` or an invalid name. */
export function parseVary(lines: HeaderLines): readonly string[] | undefined {
  const value = fieldOf(lines, "vary")
  if (value === undefined) return []
  const names = fieldNames(value)
  return names.every((name) => isToken(name) && name !== "*") ? names.sort() : undefined
}

/**
 * A request header's value, normalised for matching (RFC 9111, 4.1). `lenient` ignores what is insignificant in lists: white
 * space, empty members, and the order if weights determine it.
 */
export function normalizeValue(name: string, value: string, lenient: boolean): string {
  if (name === "accept-encoding") return normalizeCodings(value)
  if (!lenient) return value.trim()
  const members = splitList(value)
  return (name === "accept-language" ? members.map(canonicalRange).sort() : members).join(", ")
}

/** The codings that the client accepts, without order and weights: a cache keeps one variant per set. */
function normalizeCodings(value: string): string {
  const codings = splitList(value).map((member) => member.toLowerCase().replace(/\s+/g, ""))
  return [...new Set(codings.map((coding) => coding.replace(/;q=(?!0(?:\.0*)?$).*$/, "")))].sort().join(", ")
}

/** A language range in canonical form: `en` for `EN ; q=1.0`. Invalid ranges are unchanged. */
function canonicalRange(member: string): string {
  const range = /^([^;\s]+)\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(member.toLowerCase())
  const [, tag = member.toLowerCase(), weight = "1"] = range ?? []
  return Number(weight) === 1 ? tag : `${tag};q=${Number(weight)}`
}
