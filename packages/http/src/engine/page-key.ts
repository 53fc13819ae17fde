import type { Address } from "./address.js"
import { digest } from "./digest.js"
import type { RequestHeaders } from "./header-lines.js"
import type { Policy } from "./policy.js"

const keyVersion = "1"

/**
 * Where a proxy, or somebody who plays one, says that the client asked for another host. What differs from the request's
 * own is part of the page's identity, so that a handler that believes it poisons nobody else's page.
 */
export const forwardingFields: readonly string[] = [
  "forwarded",
  "front-end-https",
  "x-forwarded-host",
  "x-forwarded-path",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-forwarded-protocol",
  "x-forwarded-scheme",
  "x-forwarded-server",
  "x-forwarded-ssl",
  "x-forwarded-uri",
  "x-host",
  "x-http-host-override",
  "x-original-host",
  "x-url-scheme",
]

/**
 * The key of the page at an address, whatever its variants are. The target is the part of it that identifies the page.
 * Without `headers`: of the page for requests that no proxy has touched.
 */
export function pageKey({ scheme, authority, target }: Address, policy: Policy, headers?: RequestHeaders): string {
  // A site's page says how long it is fresh, a view's is told: one inside the other, each keeps its own.
  const kind = policy.pageLifetime === undefined ? "site" : "view"
  const fields = [keyVersion, policy.keyPrefix, policy.profile, kind, scheme, authority, target]
  if (headers !== undefined && policy.profile === "safe") {
    for (const name of forwardingFields) {
      const value = headers.get(name)
      const claim = name === "forwarded" ? claimOf(value, scheme, authority) : value
      if (claim !== undefined && claim !== authority && claim !== scheme) fields.push(name, claim)
    }
  }
  return `page:${digest(fields)}`
}

/** What `Forwarded` (RFC 7239) says of host and scheme, however a handler may read it; its clients are no part of a page. */
function claimOf(forwarded: string | undefined, scheme: string, authority: string): string | undefined {
  const claims = forwarded?.match(/(?:host|proto)\s*=[^;,]*/gi) ?? []
  const own = [`host=${authority}`, `host="${authority}"`, `proto=${scheme}`, `proto="${scheme}"`]
  const others = claims.filter((claim) => !own.includes(claim.trim().toLowerCase()))
  return others.length === 0 ? undefined : others.join(";")
}
