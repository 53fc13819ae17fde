import { fieldNames, isToken, splitList } from "./field-list.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"

/** Stands among the names of headers for what `keyExtras` says; no header can have this name. */
export const keyExtrasName = ":extras"

/** What `Vary` says: the names in lower case, sorted; `undefined` when it has a `*` or a member that is no field name. */
export function parseVary(lines: HeaderLines): readonly string[] | undefined {
  const value = fieldOf(lines, "vary")
  if (value === undefined) return []
  const names = fieldNames(value)
  return names.every((name) => isToken(name) && name !== "*") ? names.sort() : undefined
}

/**
 * The value of a request header as it counts for matching (RFC 9111, 4.1). `lenient` ignores what makes no difference by
 * the grammar of lists: white space, empty members, and the order where weights make it.
 */
export function normalizeValue(name: string, value: string, lenient: boolean): string {
  if (name === "accept-encoding") return normalizeCodings(value)
  if (!lenient) return value.trim()
  const members = splitList(value)
  return (name === "accept-language" ? members.map(canonicalRange).sort() : members).join(", ")
}

/** The codings that the client takes, whatever their order and weights: a cache keeps one variant for each set. */
function normalizeCodings(value: string): string {
  const codings = splitList(value).map((member) => member.toLowerCase().replace(/\s+/g, ""))
  return [...new Set(codings.map((coding) => coding.replace(/;q=(?!0(?:\.0*)?$).*$/, "")))].sort().join(", ")
}

/** A language range in one spelling: `en` for `EN ; q=1.0`. What is no range stays as it is. */
function canonicalRange(member: string): string {
  const range = /^([^;\s]+)\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(member.toLowerCase())
  const [, tag = member.toLowerCase(), weight = "1"] = range ?? []
  return Number(weight) === 1 ? tag : `${tag};q=${Number(weight)}`
}
