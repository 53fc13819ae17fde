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
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-forwarded-scheme",
  "x-forwarded-server",
  "x-host",
]

/**
 * The key of the page at an address, whatever its variants are. The target is the part of it that identifies the page.
 * Without `headers`: of the page for requests that no proxy has touched.
 */
export function pageKey({ scheme, authority, target }: Address, policy: Policy, headers?: RequestHeaders): string {
  const fields = [keyVersion, policy.keyPrefix, policy.profile, scheme, authority, target]
  if (headers !== undefined && policy.profile === "safe") {
    for (const name of forwardingFields) {
      const value = headers.get(name)
      if (value !== undefined && value !== authority && value !== scheme) fields.push(name, value)
    }
  }
  return `page:${digest(fields)}`
}
