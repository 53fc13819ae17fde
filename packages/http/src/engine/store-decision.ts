import type { Milliseconds } from "@larder/core"
import { initialAge, type ResponseTimes } from "./age.js"
import type { ResponseDirectives } from "./cache-control.js"
import { announcedBytes } from "./content-length.js"
import { isToken } from "./field-list.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"
import { lifetimeOf, mayGuess } from "./lifetime.js"
import { isAboutExchange, personalFields } from "./personal-fields.js"
import type { Policy } from "./policy.js"
import { effectiveDirectives } from "./targeted-fields.js"
import { keyExtrasName, parseVary } from "./vary.js"

/** Why a head is not stored; the first reason that applies. */
export type StoreRefusal =
  | "status"
  | "no-store"
  | "private"
  | "malformed-cache-control"
  | "no-cache"
  | "vary"
  | "vary-cookie"
  | "set-cookie"
  | "personal-header"
  | "authorization"
  | "csp-nonce"
  | "stream"
  | "trailer"
  | "malformed-header"
  | "no-lifetime"
  | "expired"

/** What is stored of a response besides its head and body. */
export interface Freshness {
  readonly initialAge: Milliseconds
  readonly lifetime: Milliseconds
  readonly staleWhileRevalidate: Milliseconds
  readonly staleIfError: Milliseconds
  /** The response must never be served stale. */
  readonly mustRevalidate: boolean
  /** The response must not be served without revalidation. */
  readonly noCache: boolean
  /** It may also be served to requests with `Authorization`. */
  readonly forAuthorized: boolean
}

export type StoreDecision =
  /** The reason is a `StoreRefusal`, or one given by the handler. */
  | { readonly store: false; readonly reason: string }
  | {
      readonly store: true
      readonly freshness: Freshness
      /** The request headers that the response depends on: lower case, sorted. */
      readonly vary: readonly string[]
      /** The fields that must not be stored. */
      readonly withheld: ReadonlySet<string>
    }

/** A handler's head, and the properties of its request that matter for storing. */
export interface HeadFacts extends ResponseTimes {
  readonly status: number
  readonly headers: HeaderLines
  readonly authorized: boolean
  /** Request headers that the response depends on according to the handler. In lower case. */
  readonly vary?: Iterable<string>
}

const pageStatuses: ReadonlySet<number> = new Set([200, 203, 301, 308, 404, 410])

/** The statuses of RFC 9110 whose caching is understood: all final ones except 206 and 304. */
const understoodStatuses: ReadonlySet<number> = new Set([
  ...[200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 305, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426],
  ...[500, 501, 502, 503, 504, 505],
])

/** Server-sent events, and the pictures of a camera: each client gets those from now on. */
const endless = /^\s*(?:text\/event-stream|multipart\/x-mixed-replace)\b/i

/** The second, of RFC 2965, is still sent by old servers besides the first. */
const cookieFields = ["set-cookie", "set-cookie2"] as const

/** Decides whether a response may be stored, and for how long. The first refusal that applies counts. */
export function decideStore(facts: HeadFacts, policy: Policy): StoreDecision {
  const { status, headers } = facts
  const safe = policy.profile === "safe"
  if (status < 200 || status === 206 || status === 304 || status > 999) return refuse("status")

  const effective = effectiveDirectives(headers, policy.targets)
  const { directives } = effective
  if (directives.mustUnderstand && !understoodStatuses.has(status)) return refuse("status")
  // RFC 9111, 5.2.2.3: a cache that understands the status may ignore `no-store`.
  if (directives.noStore && (safe || !directives.mustUnderstand)) return refuse("no-store")
  if (directives.private === true || (safe && directives.private !== false)) return refuse("private")
  if (safe && directives.malformed) return refuse("malformed-cache-control")

  const lastsWithoutAsking = directives.noCache === false || (!safe && directives.noCache !== true)
  const validator = fieldOf(headers, "etag") ?? fieldOf(headers, "last-modified")
  const askable = policy.conditionalHandler && validator !== undefined
  if (!lastsWithoutAsking && !askable) return refuse("no-cache")

  const vary = varyOf(facts, policy)
  if (vary === undefined || (safe && vary.length > policy.varyHeaders)) return refuse("vary")
  if (safe && vary.includes("cookie") && !keysOnCookies(policy)) return refuse("vary-cookie")

  const withheld = new Set([...named(directives.private), ...named(directives.noCache)])
  if (safe && cookieFields.some((name) => fieldOf(headers, name) !== undefined)) {
    if (refusesCookies(policy)) return refuse("set-cookie")
    for (const name of cookieFields) withheld.add(name)
  }
  if (safe) {
    if (personalFields.some((name) => fieldOf(headers, name) !== undefined)) return refuse("personal-header")
    for (const [name] of headers) if (isAboutExchange(name.toLowerCase())) withheld.add(name.toLowerCase())
  }
  const forAuthorized = directives.public || directives.sharedMaxAge !== undefined || directives.mustRevalidate
  if (facts.authorized && !forAuthorized) return refuse("authorization")
  if (safe && hasNonce(headers)) return refuse("csp-nonce")
  if (safe && endless.test(fieldOf(headers, "content-type") ?? "")) return refuse("stream")
  if (safe && fieldOf(headers, "trailer") !== undefined) return refuse("trailer")
  if (!headers.every(([name, value]) => isToken(name) && isFieldValue(value))) return refuse("malformed-header")
  if (announcedBytes(headers) === null) return refuse("malformed-header")
  if (safe && !pageStatuses.has(status) && !policy.errorLifetimes.has(status)) return refuse("status")

  const lifetime = lifetimeOf(status, headers, effective, policy, facts.responseTime)
  if (lifetime === undefined && !(askable && mayGuess(status, directives))) return refuse("no-lifetime")
  // A lifetime from the options starts now, whatever the age of the response that the handler passed on.
  const decreed = policy.pageLifetime !== undefined && lifetime === policy.pageLifetime
  const sharedOnly = directives.sharedMaxAge !== undefined && !decreed
  const freshness: Freshness = {
    initialAge: decreed ? 0 : initialAge(headers, facts),
    lifetime: lifetime ?? 0,
    staleWhileRevalidate: directives.staleWhileRevalidate ?? (sharedOnly ? 0 : policy.staleFor),
    staleIfError: directives.staleIfError ?? (sharedOnly ? 0 : policy.staleIfError),
    mustRevalidate: directives.mustRevalidate || directives.proxyRevalidate || (sharedOnly && !allowsStale(directives)),
    noCache: !lastsWithoutAsking,
    forAuthorized,
  }
  const left = freshness.lifetime - freshness.initialAge
  const staleFor = freshness.mustRevalidate ? 0 : freshness.staleWhileRevalidate
  if (left <= 0 && left + staleFor <= 0 && !askable) return refuse("expired")
  return { store: true, freshness, vary, withheld }
}

/** Whether responses that set cookies are not stored. */
export function refusesCookies({ profile, setCookie }: Policy): boolean {
  return profile === "safe" && setCookie === "refuse"
}

/** `s-maxage` forbids stale use, as `proxy-revalidate` does (RFC 9111, 5.2.2.10), unless the very same field allows it. */
function allowsStale({ staleWhileRevalidate, staleIfError }: ResponseDirectives): boolean {
  return staleWhileRevalidate !== undefined || staleIfError !== undefined
}

/** What the response depends on: the names in its `Vary`, and those that are missing there. */
function varyOf({ headers, vary = [] }: HeadFacts, policy: Policy): readonly string[] | undefined {
  const stated = parseVary(headers)
  if (stated === undefined) return undefined
  const names = new Set([...stated, ...policy.vary, ...vary])
  if (names.has("*")) return undefined
  if (typeof policy.cookies !== "string") names.add("cookie")
  if (policy.keyExtras !== undefined) names.add(keyExtrasName)
  if (policy.profile === "safe") {
    const allowedOrigin = fieldOf(headers, "access-control-allow-origin")
    if (allowedOrigin !== undefined && allowedOrigin !== "*") names.add("origin")
    // Not every client can decode it.
    if (fieldOf(headers, "content-encoding") !== undefined) names.add("accept-encoding")
  }
  return [...names].sort()
}

/** Whether cookies select variants. */
function keysOnCookies({ cookies }: Policy): boolean {
  return cookies === "ignore" || typeof cookies !== "string"
}

function hasNonce(headers: HeaderLines): boolean {
  return ["content-security-policy", "content-security-policy-report-only"].some((name) =>
    fieldOf(headers, name)?.toLowerCase().includes("'nonce-"),
  )
}

/** RFC 9110, 5.5: whether the value is valid. */
function isFieldValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
}

function named(directive: boolean | readonly string[]): readonly string[] {
  return typeof directive === "boolean" ? [] : directive
}

function refuse(reason: StoreRefusal): StoreDecision {
  return { store: false, reason }
}
