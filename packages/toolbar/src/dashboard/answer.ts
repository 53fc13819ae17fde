import { randomBytes } from "node:crypto"
import { dashboardPage } from "./page.js"
import type { DashboardStats } from "./stats.js"

/** A response, for any server to send. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What every response has. Nothing on it may be stored, framed, or read by another site. */
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

/** The page. `statsHref`: see `PageTerms`. */
export function pageAnswer(stats: DashboardStats, statsHref: string): Answer {
  const nonce = randomBytes(18).toString("base64")
  const policy = `script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; `
  return { status: 200, headers: headersFor("text/html", policy), body: dashboardPage(stats, { nonce, statsHref }) }
}

export function jsonAnswer(stats: DashboardStats): Answer {
  return { status: 200, headers: headersFor("application/json"), body: JSON.stringify(stats) }
}

/** A refusal, with nothing in it but what it is. */
export function plainAnswer(status: number, text: string, added: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...headersFor("text/plain"), ...added }, body: `${text}\n` }
}
