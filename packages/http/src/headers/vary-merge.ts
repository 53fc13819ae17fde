import { isToken, splitList } from "../engine/field-list.js"

/**
 * A `Vary` with more names, by the rules of Django: order and letter case stay, a name that is there in any letter case is
 * not added again, and a `*` anywhere makes all of it `*`. Throws a `TypeError` for what is no header name.
 */
export function mergeVary(current: string | undefined, names: readonly string[]): string {
  for (const name of names) {
    if (!isToken(name)) throw new TypeError(`Vary takes names of headers, or "*"; got ${JSON.stringify(name)}`)
  }
  const merged = new Map<string, string>()
  for (const name of [...splitList(current ?? ""), ...names]) {
    if (!merged.has(name.toLowerCase())) merged.set(name.toLowerCase(), name)
  }
  return merged.has("*") ? "*" : [...merged.values()].join(", ")
}
