import type { Milliseconds } from "@larder/core"
import { fieldNames, isToken, splitList } from "./field-list.js"

/** What a response says about its caching, in `Cache-Control` or in a field of RFC 9213 in its place. */
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
  /** Something in it is no directive. */
  readonly malformed: boolean
}

/** What a request says about what may answer it. */
export interface RequestDirectives {
  readonly noCache: boolean
  readonly noStore: boolean
  readonly onlyIfCached: boolean
  readonly maxAge: Milliseconds | undefined
  readonly minFresh: Milliseconds | undefined
  /** `Infinity` for a `max-stale` without a value. */
  readonly maxStale: Milliseconds | undefined
}

/** The arguments of each directive, by its lower-case name; `undefined` stands for none. */
export type Directives = ReadonlyMap<string, readonly (string | undefined)[]>

/** RFC 9111, 1.2.2: what a cache takes in place of a number that it cannot hold. */
const mostSeconds = 2 ** 31

/** Reads the response directives of a field value; `undefined` is a field that is not there. Never throws. */
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

/** Reads the directives of a request, with `Pragma: no-cache` where there is no `Cache-Control`. Never throws. */
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

/** Splits a field value into its directives. What is none is left out and reported. */
function parseDirectives(value: string): { readonly directives: Directives; readonly malformed: boolean } {
  const directives = new Map<string, (string | undefined)[]>()
  let malformed = false
  for (const member of splitList(value)) {
    const equals = member.indexOf("=")
    const name = (equals < 0 ? member : member.slice(0, equals)).toLowerCase()
    const argument = equals < 0 ? undefined : readArgument(member.slice(equals + 1))
    if (!isToken(name)) {
      malformed = true
      continue
    }
    if (argument === null) malformed = true
    const sofar = directives.get(name)
    // A broken argument is kept as an empty one: a restriction holds, a number becomes zero.
    const kept = argument === null ? "" : argument
    if (sofar === undefined) directives.set(name, [kept])
    else sofar.push(kept)
  }
  return { directives, malformed }
}

/** The text of a token or a quoted string; `null` for anything else. */
function readArgument(raw: string): string | null {
  if (!raw.startsWith('"')) return isToken(raw) ? raw : null
  return /^"(?:[^"\\]|\\.)*"$/s.test(raw) ? raw.slice(1, -1).replace(/\\(.)/gs, "$1") : null
}

/** The fewest of the stated seconds; what is no number of seconds counts as none left. */
function shortest(args: readonly (string | undefined)[] | undefined): Milliseconds | undefined {
  if (args === undefined) return undefined
  const seconds = args.map((argument) => (argument !== undefined && /^\d+$/.test(argument) ? Number(argument) : 0))
  return Math.min(mostSeconds, ...seconds) * 1_000
}

/** The field names of all arguments; true as soon as one has none. */
function unlessNamed(args: readonly (string | undefined)[] | undefined): boolean | readonly string[] {
  if (args === undefined) return false
  const names = args.flatMap((argument) => {
    const named = argument === undefined ? [] : fieldNames(argument)
    return named.length > 0 && named.every(isToken) ? [named] : []
  })
  return names.length === args.length ? names.flat() : true
}

const noDirectives: ResponseDirectives = responseDirectives(new Map())
