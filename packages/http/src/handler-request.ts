import type { Address } from "./engine/address.js"
import { conditions } from "./engine/conditional.js"
import type { CookieView } from "./engine/cookies.js"
import { fieldOf, type HeaderLine } from "./engine/header-lines.js"
import { forwardingFields } from "./engine/page-key.js"
import type { StoredPage } from "./engine/stored-page.js"
import { keyExtrasName } from "./engine/vary.js"
import type { PageRequest } from "./page-exchange.js"
import type { Visit } from "./visit.js"

/** The headers of a conditional request for this page (RFC 9111, 4.3.1). */
export function revalidation({ head }: StoredPage): [name: string, value: string][] {
  const pairs = [
    ["if-none-match", fieldOf(head.headers, "etag")],
    ["if-modified-since", fieldOf(head.headers, "last-modified")],
  ] as const
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}

/**
 * The headers to override for the handler: without the client's conditions and ranges, with those of the cache if any, and
 * with only the cookies and the host that are in the key.
 */
export function overridesOf(
  request: PageRequest,
  { authority }: Address,
  cookies: CookieView,
  revalidators: readonly (readonly [string, string])[],
): Map<string, string | null> {
  const overrides = new Map<string, string | null>()
  for (const name of conditions) if (request.headers.get(name) !== undefined) overrides.set(name, null)
  for (const [name, value] of revalidators) overrides.set(name, value)
  const host = request.headers.get("host")
  // An absolute target (RFC 9112, 3.2.2) or `:authority` may differ from `Host`; a default port may break links.
  if (host !== undefined && host !== authority && authority !== "") overrides.set("host", authority)
  const cookie = request.headers.get("cookie")
  if (cookie !== undefined && cookie !== cookies.seen) overrides.set("cookie", cookies.seen)
  return overrides
}

/** The headers of a request that refreshes a page: only those of the client's that are in the key. */
export function refreshHeaders(
  { request, place, asked: { cookies } }: Pick<Visit, "request" | "place" | "asked">,
  page: StoredPage,
  overrides: ReadonlyMap<string, string | null>,
  extrasHeaders: readonly string[] = [],
): HeaderLine[] {
  const lines: HeaderLine[] = [["host", place.address.authority]]
  const varying = page.head.vary.map(([name]) => name).filter((name) => name !== keyExtrasName)
  for (const name of new Set([...varying, ...extrasHeaders, ...forwardingFields])) {
    const value = name === "cookie" ? cookies.seen : request.headers.get(name)
    if (value !== undefined && value !== null) lines.push([name, value])
  }
  for (const [name, value] of overrides) if (value !== null && name.startsWith("if-")) lines.push([name, value])
  return lines
}
