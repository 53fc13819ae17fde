import type { Milliseconds } from "@larder/core"
import { fieldNames, isToken, splitList } from "./field-list.js"

/** The caching directives of a response, from `Cache-Control` or a targeted field (RFC 9213). */
export interface ResponseDirectives {
  readonly noStore: boolean
  /** `true`: the whole response; names: these fields only (RFC 9111, 5.2.2.7). */
  readonly private: boolean | readonly string[]
  /** `true`: the whole response; names: these fields only (RFC 9111, 5.2.2.4). */
  readonly noCache: boolean | readonly string[]
  readonly public: boolean
  readonly mustRevalidate: boolean
  readonly proxyRevalidate: boolean
  readonly mustUnderstand: boolean
  readonly maxAge: Milliseconds | undefined
  readonly sharedMaxAge: Milliseconds | undefined
  readonly staleWhileRevalidate: Milliseconds | undefined
  readonly staleIfError: Milliseconds | undefined
  /** True if part of it is not a directive. */
  readonly malformed: boolean
}

/** The caching directives of a request. */
export interface RequestDirectives {
  readonly noCache: boolean
  readonly noStore: boolean
  readonly onlyIfCached: boolean
  readonly maxAge: Milliseconds | undefined
  readonly minFresh: Milliseconds | undefined
  /** `Infinity` for a `max-stale` without a value. */
  readonly maxStale: Milliseconds | undefined
}

/** The arguments of each directive, by lower-case name; `undefined` for a directive without one. */
export type Directives = ReadonlyMap<string, readonly (string | undefined)[]>

/** The directives of a response whose argument is a number of seconds. */
export const durations: ReadonlySet<string> = new Set([
  "max-age",
  "s-maxage",
  "stale-while-revalidate",
  "stale-if-error",
])

/** RFC 9111, 1.2.2: the value used for numbers that are too large. */
const mostSeconds = 2 ** 31

/** Parses the response directives of a field value; `undefined` for an absent field. Never throws. */
export function parseResponseDirectives(value: string | undefined): ResponseDirectives {
  if (value === undefined || value === "") return noDirectives
  const { directives, malformed } = parseDirectives(value)
  return responseDirectives(directives, malformed)
}

export function responseDirectives(directives: Directives, malformed = false): ResponseDirectives {
  return {
    noStore: directives.has("no-store"),
    private: unlessNamed(directives.get("private")),
    noCache: unlessNamed(directives.get("no-cache")),
    public: directives.has("public"),
    mustRevalidate: directives.has("must-revalidate"),
    proxyRevalidate: directives.has("proxy-revalidate"),
    mustUnderstand: directives.has("must-understand"),
    maxAge: shortest(directives.get("max-age")),
    sharedMaxAge: shortest(directives.get("s-maxage")),
    staleWhileRevalidate: shortest(directives.get("stale-while-revalidate")),
    staleIfError: shortest(directives.get("stale-if-error")),
    malformed,
  }
}

/** Parses the directives of a request; `Pragma: no-cache` counts if there is no `Cache-Control`. Never throws. */
export function parseRequestDirectives(value: string | undefined, pragma?: string): RequestDirectives {
  const directives: Directives = value === undefined ? new Map() : parseDirectives(value).directives
  const pragmaCounts = value === undefined && pragma !== undefined
  const maxStale = directives.get("max-stale")
  return {
    noCache: directives.has("no-cache") || (pragmaCounts && fieldNames(pragma).includes("no-cache")),
    noStore: directives.has("no-store"),
    onlyIfCached: directives.has("only-if-cached"),
    maxAge: shortest(directives.get("max-age")),
    minFresh: shortest(directives.get("min-fresh")),
    maxStale: maxStale?.every((argument) => argument === undefined) ? Number.POSITIVE_INFINITY : shortest(maxStale),
  }
}

/**
 * Splits a field value into directives, and reports malformed ones, of which HTTP says nothing. They permit nothing and still
 * forbid what they name: `private; max-age=60` is private, and not fresh.
 */
function parseDirectives(value: string): { readonly directives: Directives; readonly malformed: boolean } {
  const directives = new Map<string, (string | undefined)[]>()
  let malformed = false
  function add(name: string, argument: string | undefined): void {
    const sofar = directives.get(name)
    if (sofar === undefined) directives.set(name, [argument])
    else sofar.push(argument)
  }
  for (const member of splitList(value)) {
    const equals = member.indexOf("=")
    const name = (equals < 0 ? member : member.slice(0, equals)).toLowerCase()
    const argument = equals < 0 ? undefined : readArgument(member.slice(equals + 1))
    if (isToken(name) && argument !== null) add(name, argument)
    else {
      malformed = true
      for (const word of member.toLowerCase().match(/[\w-]+/g) ?? []) if (restrictions.has(word)) add(word, undefined)
      if (durations.has(name)) add(name, "")
    }
  }
  return { directives, malformed }
}

const restrictions: ReadonlySet<string> = new Set([
  "must-revalidate",
  "no-cache",
  "no-store",
  "private",
  "proxy-revalidate",
])

/** The value of a token or quoted string; `null` for anything else. */
function readArgument(raw: string): string | null {
  if (!raw.startsWith('"')) return isToken(raw) ? raw : null
  return /^"(?:[^"\\]|\\.)*"$/s.test(raw) ? raw.slice(1, -1).replace(/\\(.)/gs, "$1") : null
}

/** The minimum of the stated seconds; an invalid number counts as 0. */
function shortest(args: readonly (string | undefined)[] | undefined): Milliseconds | undefined {
  if (args === undefined) return undefined
  const seconds = args.map((argument) => (argument !== undefined && /^\d+$/.test(argument) ? Number(argument) : 0))
  return Math.min(mostSeconds, ...seconds) * 1_000
}

/** The field names in all arguments; true if a directive has no argument. */
function unlessNamed(args: readonly (string | undefined)[] | undefined): boolean | readonly string[] {
  if (args === undefined) return false
  const names = args.flatMap((argument) => {
    const named = argument === undefined ? [] : fieldNames(argument)
    return named.length > 0 && named.every(isToken) ? [named] : []
  })
  return names.length === args.length ? names.flat() : true
}

const noDirectives: ResponseDirectives = responseDirectives(new Map())
