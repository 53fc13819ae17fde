import { isToken } from "./engine/field-list.js"
import type { PageCacheOptions, PageLimits } from "./page-options.js"

/** Throws a `TypeError` for an option that is none, or of the wrong kind. Timeouts are checked where they are read. */
export function checkOptions(options: PageCacheOptions): void {
  const given: Partial<PageCacheOptions> | undefined = options
  if (typeof given?.cache?.get !== "function")
    throw new TypeError("A page cache needs a cache: { cache: new Cache(backend) }")
  checkNames("option", options, optionNames)
  checkNames("limit", options.limits ?? {}, limitNames)
  for (const [name, known] of Object.entries(words)) {
    const value = options[name as keyof typeof words]
    if (value !== undefined && !known.some((word) => word === value)) {
      throw new TypeError(`${name} is ${known.map((word) => JSON.stringify(word)).join(" or ")}; got ${String(value)}`)
    }
  }
  if (options.name !== undefined && !/^[A-Za-z][A-Za-z0-9-]*$/.test(options.name)) {
    throw new TypeError(`name is letters, digits and hyphens, as it is part of a header's name; got ${options.name}`)
  }
  for (const [name, [kind, accepts]] of Object.entries(kinds)) {
    const value = options[name as keyof typeof kinds]
    if (value !== undefined && !accepts(value)) {
      throw new TypeError(`${name} is ${kind}; got ${JSON.stringify(value) ?? String(value)}`)
    }
  }
  for (const name of headerLists) checkHeaders(name, options[name] ?? [])
  for (const header of options.keyExtrasHeaders ?? []) {
    if (personal.has(header.toLowerCase())) {
      throw new TypeError(`keyExtrasHeaders cannot have ${header}, which is for one visitor's own request`)
    }
  }
  for (const name of counts) {
    const count = options.limits?.[name]
    const least = name === "variants" ? 1 : 0
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= least)) {
      throw new TypeError(`limits.${name} must be an integer, ${least} or more; got ${String(count)}`)
    }
  }
}

const optionNames: Readonly<Record<keyof PageCacheOptions, true>> = {
  cache: true,
  keyPrefix: true,
  name: true,
  profile: true,
  timeout: true,
  defaultTimeout: true,
  staleFor: true,
  staleIfError: true,
  cacheErrors: true,
  vary: true,
  tags: true,
  keyExtras: true,
  keyExtrasHeaders: true,
  condition: true,
  query: true,
  cookies: true,
  ignoreCookies: true,
  setCookie: true,
  downstream: true,
  etag: true,
  ranges: true,
  targets: true,
  invalidate: true,
  obeyClients: true,
  conditionalHandler: true,
  status: true,
  debug: true,
  limits: true,
  now: true,
}

const limitNames: Readonly<Record<keyof PageLimits, true>> = {
  bodyBytes: true,
  variants: true,
  varyHeaders: true,
  targetBytes: true,
  headerBytes: true,
  prefixDepth: true,
  wait: true,
  refreshes: true,
}

const counts = [
  "bodyBytes",
  "variants",
  "varyHeaders",
  "targetBytes",
  "headerBytes",
  "prefixDepth",
  "refreshes",
] as const satisfies readonly (keyof PageLimits)[]

const words = {
  profile: ["safe", "rfc"],
  setCookie: ["refuse", "strip"],
  downstream: ["django", "revalidate", "none"],
  etag: ["weak", "strong", false],
  status: ["always", "debug", "never"],
} as const satisfies Partial<Record<keyof PageCacheOptions, readonly unknown[]>>

type Check = (value: unknown) => boolean

const isFunction: Check = (value) => typeof value === "function"
const isBoolean: Check = (value) => typeof value === "boolean"
const isStrings: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === "string")
const arePatterns: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "string" || item instanceof RegExp)

/** The values that a query policy may have, by name. */
const partsOfQuery: Readonly<Record<string, Check>> = { sort: isBoolean, only: isStrings, ignore: arePatterns }

const isQuery: Check = (value) =>
  value === "all" ||
  (typeof value === "object" &&
    value !== null &&
    Object.entries(value).every(([name, part]) => part === undefined || partsOfQuery[name]?.(part) === true))

/** Other options, as words and as a check. A mistake here could make a page public, or impossible to purge. */
const kinds = {
  keyPrefix: ["a string", (value) => typeof value === "string"],
  tags: ["a list of strings, or a function", (value) => isStrings(value) || isFunction(value)],
  keyExtras: ["a function", isFunction],
  condition: ["a function", isFunction],
  debug: ["a function", isFunction],
  now: ["a function", isFunction],
  query: ['"all", or an object with sort, only and ignore', isQuery],
  cookies: [
    '"bypass", "strip", "ignore" or a list of names',
    (value) => value === "bypass" || value === "strip" || value === "ignore" || isStrings(value),
  ],
  ignoreCookies: ["a list of names and patterns", arePatterns],
  ranges: ["true or false", isBoolean],
  invalidate: ["true or false", isBoolean],
  obeyClients: ["true or false", isBoolean],
  conditionalHandler: ["true or false", isBoolean],
} as const satisfies Partial<Record<keyof PageCacheOptions, readonly [kind: string, accepts: Check]>>

const headerLists = ["vary", "keyExtrasHeaders", "targets"] as const satisfies readonly (keyof PageCacheOptions)[]

/** What a request that refreshes a page for all has none of, or has what `cookies` says of it. */
const personal: ReadonlySet<string> = new Set(["authorization", "cookie"])

function checkNames(kind: string, given: object, known: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name))
  if (unknown === undefined) return
  throw new TypeError(`A page cache has no ${kind} ${unknown}; there are ${Object.keys(known).join(", ")}`)
}

function checkHeaders(option: string, names: unknown): void {
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string" && isToken(name))) {
    throw new TypeError(`${option} is a list of names of headers; got ${JSON.stringify(names)}`)
  }
}
