import type { Address } from "./address.js"
import { digest } from "./digest.js"
import type { RequestHeaders } from "./header-lines.js"
import type { Policy } from "./policy.js"

const keyVersion = "1"

/**
 * Headers by which a proxy, or an attacker, claims that the client requested another host. Values that differ from the
 * request's own host are part of the key, so that a handler that trusts them cannot poison the page of others.
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
 * The key of the page at an address, the same for all variants. The address has the part of the target that identifies the
 * page. Without `headers`: for requests without headers of a proxy.
 */
export function pageKey({ scheme, authority, target }: Address, policy: Policy, headers?: RequestHeaders): string {
  // A site cache and a view cache around the same page keep separate entries, because their lifetimes differ.
  const kind = policy.pageLifetime === undefined ? "site" : "view"
  const fields = [keyVersion, policy.keyPrefix, policy.profile, kind, scheme, authority, target]
  if (headers !== undefined) {
    for (const name of forwardingFields) {
      const value = headers.get(name)
      const claim = name === "forwarded" ? claimOf(value, scheme, authority) : value
      if (claim !== undefined && claim !== authority && claim !== scheme) fields.push(name, claim)
    }
  }
  return `page:${digest(fields)}`
}

/** The hosts and schemes in `Forwarded` (RFC 7239), however a handler may parse it. Its client addresses do not identify a page. */
function claimOf(forwarded: string | undefined, scheme: string, authority: string): string | undefined {
  const claims = forwarded?.match(/(?:host|proto)\s*=[^;,]*/gi) ?? []
  const own = [`host=${authority}`, `host="${authority}"`, `proto=${scheme}`, `proto="${scheme}"`]
  const others = claims.filter((claim) => !own.includes(claim.trim().toLowerCase()))
  return others.length === 0 ? undefined : others.join(";")
}
