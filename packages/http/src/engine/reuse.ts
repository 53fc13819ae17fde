import type { Milliseconds } from "@larder/core"
import { oldest } from "./age.js"
import type { RequestDirectives } from "./cache-control.js"
import type { StoredHead } from "./stored-page.js"

/** How a stored response may be used. */
export type Reuse =
  /** It may be served. */
  | "fresh"
  /** It may be served while it is refreshed in the background. */
  | "refresh"
  /** The handler has to run; the stored response may be served if that fails or answers 304. */
  | "stale"
  /** The handler has to run because the client asks for it. */
  | "request"

/** The maximum clock difference of processes that share a store. */
const mostSkew: Milliseconds = 60_000

/**
 * The age of a response (RFC 9111, 4.2.3). A response from the future, after a clock was set back, has the maximum age:
 * otherwise it would be fresh until that time.
 */
export function ageOf(head: StoredHead, now: Milliseconds): Milliseconds {
  const resident = now - head.responseTime
  return resident < -mostSkew ? oldest : head.initialAge + Math.max(0, resident)
}

/** The remaining freshness of a response; negative if it is stale. */
export function freshFor(head: StoredHead, now: Milliseconds): Milliseconds {
  return head.lifetime - ageOf(head, now)
}

/** How a stored response may be used now (RFC 9111, 4.2; RFC 5861, 3). `asked`: the request's directives, if they are obeyed. */
export function reuseOf(head: StoredHead, asked: RequestDirectives | undefined, now: Milliseconds): Reuse {
  if (head.noCache) return "stale"
  const left = freshFor(head, now)
  if (asked !== undefined) {
    if (asked.noCache || asked.noStore) return "request"
    if (asked.maxAge !== undefined && ageOf(head, now) > asked.maxAge) return "request"
    if (asked.minFresh !== undefined && left < asked.minFresh) return "request"
    if (asked.maxAge === 0) return "request"
    if (left <= 0 && !head.mustRevalidate && asked.maxStale !== undefined && -left <= asked.maxStale) return "fresh"
  }
  if (left > 0) return "fresh"
  return !head.mustRevalidate && -left < head.staleWhileRevalidate ? "refresh" : "stale"
}

/** Statuses that count as errors of the handler (RFC 5861, 4). */
const failures: ReadonlySet<number> = new Set([500, 502, 503, 504])

export function isFailure(status: number): boolean {
  return failures.has(status)
}

/** Whether a stored response may be served because the handler failed (RFC 5861, 4). Stored failures may not. */
export function mayStandIn(head: StoredHead, now: Milliseconds): boolean {
  return !isFailure(head.status) && !head.noCache && !head.mustRevalidate && -freshFor(head, now) < head.staleIfError
}

/** How long to keep a response in the store. `askable`: it can be revalidated when it is stale. */
export function keepFor(head: StoredHead, now: Milliseconds, askable: boolean): Milliseconds {
  const left = freshFor(head, now)
  const stale = head.mustRevalidate ? 0 : Math.max(head.staleWhileRevalidate, head.staleIfError)
  const useful = Math.max(left, left + stale)
  return askable ? Math.max(useful, 0) + revalidationWindow : useful
}

/** How long a stale page with a validator is kept in the hope of a 304. */
const revalidationWindow: Milliseconds = 86_400_000
