/** The header for credentials that HTTP defines. */
export const standardCredentials: readonly string[] = ["authorization"]

/**
 * Request headers that tell who the user is: keys and tokens that clients send instead of `Authorization`, and what
 * authenticating proxies add (oauth2-proxy, Authelia, those of AWS, Azure, Cloudflare, Google and Tailscale).
 */
export const credentials: readonly string[] = [
  ...standardCredentials,
  "x-api-key",
  "api-key",
  "x-auth-token",
  "x-access-token",
  "x-session-token",
  "x-forwarded-user",
  "x-forwarded-email",
  "x-auth-request-user",
  "x-auth-request-email",
  "remote-user",
  "x-remote-user",
  "x-amzn-oidc-data",
  "x-ms-client-principal",
  "cf-access-jwt-assertion",
  "x-goog-iap-jwt-assertion",
  "tailscale-user-login",
]

/** Response headers for one client only: tokens that it sends back, and `Clear-Site-Data`, which may log it out. */
export const personalFields: readonly string[] = [
  "authentication-info",
  "authorization",
  "clear-site-data",
  "csrf-token",
  "x-access-token",
  "x-auth-token",
  "x-csrf-token",
  "x-session-token",
  "x-xsrf-token",
]

const exchangeFields: ReadonlySet<string> = new Set([
  "request-id",
  "server-timing",
  "traceparent",
  "traceresponse",
  "x-correlation-id",
  "x-request-id",
  "x-response-time",
  "x-runtime",
])

/** `RateLimit`, `RateLimit-Remaining`, `X-RateLimit-Reset`, `X-Rate-Limit-Limit`, … */
const rateLimit = /^(?:x-)?rate-?limit(?:-|$)/

/** Whether a response header, in lower case, describes one exchange: the client's quota, an id, how long the handler took. */
export function isAboutExchange(name: string): boolean {
  return exchangeFields.has(name) || rateLimit.test(name)
}
