import type { PageRequest } from "../page-exchange.js"
import { type Address, addressOf, isPathAndQuery, parseAddress } from "./address.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"
import { parseStringList } from "./structured-fields.js"

/** What a response to an unsafe method invalidates. */
export interface Invalidation {
  readonly addresses: readonly Address[]
  /** Names of cache groups of the request's origin. */
  readonly groups: readonly string[]
}

/**
 * What this response to an unsafe request invalidates (RFC 9111, 4.4): its URL, those in `Location` and `Content-Location`
 * on the same host, and the groups that it names (RFC 9875, 3). Nothing after an error.
 */
export function invalidationBy(request: PageRequest, status: number, headers: HeaderLines): Invalidation {
  if (status < 200 || status > 399) return { addresses: [], groups: [] }
  const own = ownAddress(request)
  const base = `${own.scheme}://${own.authority}${own.target}`
  const others = ["location", "content-location"].flatMap((name) => {
    const value = fieldOf(headers, name)
    if (value === undefined || !URL.canParse(value, base)) return []
    const other = parseAddress(new URL(value, base).href)
    // Not by scheme: a handler behind a proxy that ends TLS names its own pages with another one.
    return other?.authority === own.authority ? [other] : []
  })
  return {
    addresses: [own, ...others],
    groups: parseStringList(fieldOf(headers, "cache-group-invalidation") ?? "") ?? [],
  }
}

/** Where a target names a whole URL, or has a fragment, it is that of the page at this host (RFC 9112, 3.2.2). */
function ownAddress(request: PageRequest): Address {
  const own = addressOf(request)
  if (isPathAndQuery(own.target)) return own
  const named = parseAddress(own.target.startsWith("/") ? `http://any${own.target}` : own.target)
  return { ...own, target: named?.target ?? own.target }
}

/** The tag of a cache group, which is a name within an origin (RFC 9875, 2), for both schemes. */
export function groupTag({ authority }: Address, group: string): string {
  return `group:${authority}|${group}`
}
