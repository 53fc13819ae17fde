import type { PageRequest } from "../page-exchange.js"
import type { CookieView } from "./cookies.js"
import type { Policy } from "./policy.js"
import type { VaryValues } from "./variants.js"
import { keyExtrasName, normalizeValue } from "./vary.js"

/** The request's value in each dimension by which pages vary. */
export function varyValues(request: PageRequest, cookies: CookieView, policy: Policy): VaryValues {
  const { keyExtras, keyExtrasHeaders } = policy
  const extras = keyExtras === undefined ? null : JSON.stringify(keyExtras(withOnly(request, keyExtrasHeaders)))
  return (name) => {
    if (name === keyExtrasName) return extras
    if (name === "cookie") return cookies.keyed
    const value = request.headers.get(name)
    return value === undefined ? null : normalizeValue(name, value, policy.profile === "rfc")
  }
}

/** The request with only these headers; unchanged if `names` is undefined. */
function withOnly(request: PageRequest, names: readonly string[] | undefined): PageRequest {
  if (names === undefined) return request
  const { method, scheme, authority, target, hasBody, headers } = request
  const get = (name: string): string | undefined => (names.includes(name) ? headers.get(name) : undefined)
  return { method, scheme, authority, target, hasBody, headers: { get } }
}

/** The names by which all pages of a policy vary, known before any response. */
export function declaredNames(policy: Policy): string[] {
  const names = new Set(policy.vary)
  if (typeof policy.cookies !== "string") names.add("cookie")
  if (policy.keyExtras !== undefined) names.add(keyExtrasName)
  return [...names].sort()
}
