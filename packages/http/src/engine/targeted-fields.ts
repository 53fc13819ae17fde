import {
  type Directives,
  durations,
  parseResponseDirectives,
  type ResponseDirectives,
  responseDirectives,
} from "./cache-control.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"
import { parseDictionary, Token } from "./structured-fields.js"

/** The applicable directives, and whether they came from a targeted field (RFC 9213). */
export interface EffectiveDirectives {
  readonly directives: ResponseDirectives
  /** True if `Cache-Control` and `Expires` are ignored. */
  readonly targeted: boolean
}

/** The first target field that is present, not empty and valid; else `Cache-Control`. */
export function effectiveDirectives(lines: HeaderLines, targets: readonly string[]): EffectiveDirectives {
  for (const name of targets) {
    const value = fieldOf(lines, name)
    const directives = value === undefined ? undefined : parseTargetedField(value)
    if (directives !== undefined) return { directives, targeted: true }
  }
  return { directives: parseResponseDirectives(fieldOf(lines, "cache-control")), targeted: false }
}

/** The directives of a dictionary; `undefined` if it is empty or invalid. Directives with values of the wrong type are ignored. */
function parseTargetedField(value: string): ResponseDirectives | undefined {
  const dictionary = parseDictionary(value)
  if (dictionary === undefined || dictionary.size === 0) return undefined
  const directives = new Map<string, (string | undefined)[]>()
  for (const [name, member] of dictionary) {
    if (member.value === true) {
      if (!durations.has(name)) directives.set(name, [undefined])
    } else if (Number.isInteger(member.value)) {
      if (durations.has(name)) directives.set(name, [String(member.value)])
    } else if (listing.has(name) && (typeof member.value === "string" || member.value instanceof Token)) {
      directives.set(name, [typeof member.value === "string" ? member.value : member.value.text])
    }
  }
  return responseDirectives(directives satisfies Directives)
}

const listing: ReadonlySet<string> = new Set(["private", "no-cache"])
