import { randomBytes } from "node:crypto"
import { dashboardPage } from "./page.js"
import type { DashboardStats } from "./stats.js"

/** A response that any server can send. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The headers of every response. They forbid storing and framing it, and reading it from other sites. */
function headersFor(type: string, policy = ""): Record<string, string> {
  return {
    "content-type": `${type}; charset=utf-8`,
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; ${policy}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  }
}

/** `statsHref`: see `PageOptions`. */
export function pageResponse(stats: DashboardStats, statsHref: string): HttpResponse {
  const nonce = randomBytes(18).toString("base64")
  const policy = `script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; `
  return { status: 200, headers: headersFor("text/html", policy), body: dashboardPage(stats, { nonce, statsHref }) }
}

export function jsonResponse(stats: DashboardStats): HttpResponse {
  return { status: 200, headers: headersFor("application/json"), body: JSON.stringify(stats) }
}

/** `headers` are added to those of every response. */
export function textResponse(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers: { ...headersFor("text/plain"), ...headers }, body: `${text}\n` }
}
