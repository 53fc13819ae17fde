import type { PageRequest } from "../page-exchange.js"
import { parseRequestDirectives, type RequestDirectives } from "./cache-control.js"
import { type CookieView, viewCookies } from "./cookies.js"
import { credentials, standardCredentials } from "./personal-fields.js"
import type { Policy } from "./policy.js"

/** Why a request is not looked up. */
export type BypassReason = "body" | "cookie" | "method-override" | "precondition" | "target-size" | "upgrade"

/** What the cache does with a request. */
export type RequestClass =
  | {
      readonly kind: "lookup"
      readonly head: boolean
      readonly authorized: boolean
      readonly cookies: CookieView
      /** The directives of the request, if they are obeyed. */
      readonly directives: RequestDirectives | undefined
    }
  | { readonly kind: "bypass"; readonly reason: BypassReason }
  /** Another method; successful `unsafe` ones invalidate the pages of their URL. */
  | { readonly kind: "method"; readonly unsafe: boolean }

/** Methods registered as safe (RFC 9110, 18.2). Unknown methods count as unsafe. */
const safeMethods: ReadonlySet<string> = new Set([
  ...["GET", "HEAD", "OPTIONS", "TRACE"],
  ...["PROPFIND", "QUERY", "REPORT", "SEARCH"],
])

/** Headers with which common frameworks override the method or URL of a request. */
const overrides = ["x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"]

/** Classifies a request. The first rule that applies counts. */
export function classifyRequest(request: PageRequest, policy: Policy): RequestClass {
  const { method, headers } = request
  if (method !== "GET" && method !== "HEAD") return { kind: "method", unsafe: !safeMethods.has(method) }
  if (request.hasBody) return bypass("body")
  if (headers.get("upgrade") !== undefined) return bypass("upgrade")
  if (headers.get("if-match") !== undefined || headers.get("if-unmodified-since") !== undefined) {
    return bypass("precondition")
  }
  if (request.target.length > policy.targetBytes) return bypass("target-size")
  if (overrides.some((name) => headers.get(name) !== undefined)) return bypass("method-override")
  const cookies = viewCookies(headers.get("cookie"), policy)
  if (cookies.personal) return bypass("cookie")
  return {
    kind: "lookup",
    head: method === "HEAD",
    authorized: (policy.profile === "safe" ? credentials : standardCredentials).some(
      (name) => headers.get(name) !== undefined,
    ),
    cookies,
    directives: policy.obeyClients
      ? parseRequestDirectives(headers.get("cache-control"), headers.get("pragma"))
      : undefined,
  }
}

function bypass(reason: BypassReason): RequestClass {
  return { kind: "bypass", reason }
}
