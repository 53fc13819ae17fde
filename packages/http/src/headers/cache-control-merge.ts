import { isToken, splitList } from "../engine/field-list.js"

/** `true`: the directive without an argument; a list: its field names; `false` and `undefined` add nothing. */
export type DirectiveValue = boolean | number | string | readonly string[] | undefined

/**
 * Directives of `Cache-Control` in a response, in camelCase (`maxAge` is `max-age`), also those that only some caches
 * know: `{ custom: 456 }`. Times are in seconds.
 */
export interface CacheControlDirectives {
  readonly maxAge?: number
  readonly sMaxage?: number
  readonly public?: boolean
  readonly private?: boolean | string | readonly string[]
  readonly noCache?: boolean | string | readonly string[]
  readonly noStore?: boolean
  readonly noTransform?: boolean
  readonly mustRevalidate?: boolean
  readonly proxyRevalidate?: boolean
  readonly mustUnderstand?: boolean
  readonly immutable?: boolean
  readonly staleWhileRevalidate?: number
  readonly staleIfError?: number
  readonly [extension: string]: DirectiveValue
}

/** The arguments of directives as written, by lower-case name. */
type Arguments = Map<string, string | undefined>

/**
 * A `Cache-Control` with more directives, by the rules of Django: the smaller `max-age` stays; `public` takes the place of
 * `private` and the other way round, unless both are given; the fields of `no-cache` add up, and a `no-cache` without
 * fields is stronger than one with. Every other directive replaces its like.
 *
 * Throws a `TypeError` for a directive that cannot be written.
 */
export function mergeCacheControl(current: string | undefined, directives: CacheControlDirectives): string {
  const added = Object.entries(directives).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [[directiveName(name), value] as const],
  )
  const names = new Set(added.map(([name]) => name))
  const merged = argumentsOf(current ?? "")
  if (names.has("public")) merged.delete("private")
  if (names.has("private")) merged.delete("public")
  for (const [name, value] of added) addDirective(merged, name, writeArgument(name, value))
  return [...merged].map(([name, argument]) => (argument === undefined ? name : `${name}=${argument}`)).join(", ")
}

function argumentsOf(value: string): Arguments {
  const known: Arguments = new Map()
  for (const member of splitList(value)) {
    const equals = member.indexOf("=")
    if (equals < 0) addDirective(known, member.toLowerCase(), undefined)
    else addDirective(known, member.slice(0, equals).trim().toLowerCase(), member.slice(equals + 1).trim())
  }
  return known
}

function addDirective(known: Arguments, name: string, argument: string | undefined): void {
  if (known.has(name)) known.set(name, combined(name, known.get(name), argument))
  else known.set(name, argument)
}

function combined(name: string, old: string | undefined, added: string | undefined): string | undefined {
  if (name === "max-age") return Number(old) <= Number(added) ? old : added
  if (name !== "no-cache") return added
  if (old === undefined || added === undefined) return undefined
  return writeList([...new Set([old, added].flatMap((list) => fieldList(list)))])
}

/** The names in the argument of `no-cache`, in their letter case. */
function fieldList(argument: string): string[] {
  return splitList(argument.replace(/^"|"$/g, ""))
}

function directiveName(written: string): string {
  const name = written.replaceAll("_", "-").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  if (!isToken(name)) throw new TypeError(`A Cache-Control directive is a word; got ${JSON.stringify(written)}`)
  return name
}

function writeArgument(name: string, value: Exclude<DirectiveValue, false | undefined>): string | undefined {
  if (value === true) return undefined
  if (typeof value === "number") return writeNumber(name, value)
  return writeList(typeof value === "string" ? [value] : value)
}

function writeNumber(name: string, value: number): string {
  if (Number.isNaN(value)) throw new TypeError(`The Cache-Control directive ${name} takes a number; got NaN`)
  // RFC 9111, 1.2.2: whole seconds, and 2^31 for what is longer.
  return String(Math.floor(Math.min(Math.max(value, 0), 2 ** 31)))
}

/** As a token where it is one, as a quoted string otherwise: a list in one directive, as RFC 9111, 5.2.2.4 has it. */
function writeList(parts: readonly string[]): string {
  const text = parts.join(", ")
  if (isToken(text)) return text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not get into a header.
  if (/[\u0000-\u001f\u007f"\\]|[^\u0000-\u00ff]/.test(text)) {
    throw new TypeError(`This is not valid in a Cache-Control header: ${JSON.stringify(text)}`)
  }
  return `"${text}"`
}
