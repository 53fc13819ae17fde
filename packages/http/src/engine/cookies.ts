import { matchesName } from "./name-match.js"
import type { Policy } from "./policy.js"

/** The result of applying the cookie policy to a request. */
export interface CookieView {
  /** True if the request is personal and bypasses the cache. */
  readonly personal: boolean
  /** The `Cookie` header that the handler sees; `null` for none. */
  readonly seen: string | null
  /** The part of it that identifies the page, if cookies do. */
  readonly keyed: string | null
}

const noCookies: CookieView = { personal: false, seen: null, keyed: null }

/** Applies the policy to a `Cookie` header; `undefined` if it is absent. */
export function viewCookies(header: string | undefined, policy: Policy): CookieView {
  const { cookies, ignoreCookies } = policy
  if (header === undefined || cookies === "strip") return noCookies
  const pairs = splitCookies(header).filter(({ name }) => !matchesName(name, ignoreCookies))
  if (typeof cookies !== "string") return listedCookies(pairs, cookies)
  const seen = ignoreCookies.length === 0 ? header : joinCookies(pairs)
  // A header without any cookie is not personal, but the handler need not see it.
  if (cookies === "bypass") return pairs.length === 0 ? noCookies : { personal: true, seen: header, keyed: header }
  return { personal: false, seen, keyed: seen }
}

interface CookiePair {
  readonly name: string
  readonly text: string
}

function listedCookies(pairs: readonly CookiePair[], names: readonly string[]): CookieView {
  const listed = pairs.filter(({ name }) => names.includes(name))
  const inOrder = listed.toSorted((left, right) => names.indexOf(left.name) - names.indexOf(right.name))
  return { personal: false, seen: joinCookies(listed), keyed: joinCookies(inOrder) }
}

function splitCookies(header: string): CookiePair[] {
  return header
    .split(";")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => ({ name: text.split("=", 1)[0]?.trim() ?? "", text }))
}

function joinCookies(pairs: readonly CookiePair[]): string | null {
  return pairs.length === 0 ? null : pairs.map(({ text }) => text).join("; ")
}
