import type { PageRequest } from "../page-exchange.js"
import type { CookieView } from "./cookies.js"
import type { Policy } from "./policy.js"
import type { VaryValues } from "./variants.js"
import { keyExtrasName, normalizeValue } from "./vary.js"

/** What a request has of each dimension by which pages vary. */
export function varyValues(request: PageRequest, cookies: CookieView, policy: Policy): VaryValues {
  const extras = policy.keyExtras === undefined ? null : JSON.stringify(policy.keyExtras(request))
  return (name) => {
    if (name === keyExtrasName) return extras
    if (name === "cookie") return cookies.keyed
    const value = request.headers.get(name)
    return value === undefined ? null : normalizeValue(name, value, policy.profile === "rfc")
  }
}

/** The names by which all pages of a policy vary, known before any answer is. */
export function declaredNames(policy: Policy): string[] {
  const names = new Set(policy.vary)
  if (typeof policy.cookies !== "string") names.add("cookie")
  if (policy.keyExtras !== undefined) names.add(keyExtrasName)
  return [...names].sort()
}
