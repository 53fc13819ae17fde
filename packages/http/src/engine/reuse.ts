import type { Milliseconds } from "@larder/core"
import { oldest } from "./age.js"
import type { RequestDirectives } from "./cache-control.js"
import type { StoredHead } from "./stored-page.js"

/** What a stored response is good for. */
export type Reuse =
  /** It answers the request. */
  | "fresh"
  /** It answers the request while it is refreshed in the background. */
  | "refresh"
  /** The handler has to be asked; the stored response may help when it fails, or when it says that nothing changed. */
  | "stale"
  /** The handler has to be asked because the client wants it. */
  | "request"

/** By how much the clocks of those who share a store may differ. */
const mostSkew: Milliseconds = 60_000

/**
 * How old a response is (RFC 9111, 4.2.3). One from a later time than now, as after a clock was set back, is as old as can
 * be: else it would be fresh until that time had come.
 */
export function ageOf(head: StoredHead, now: Milliseconds): Milliseconds {
  const resident = now - head.responseTime
  return resident < -mostSkew ? oldest : head.initialAge + Math.max(0, resident)
}

/** How long a response is still fresh; negative when it is not any more. */
export function freshFor(head: StoredHead, now: Milliseconds): Milliseconds {
  return head.lifetime - ageOf(head, now)
}

/** What a stored response is good for now (RFC 9111, 4.2; RFC 5861, 3). `asked` is what the client says, where that is obeyed. */
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

/** Statuses that say that the handler could not do its work (RFC 5861, 4). */
const failures: ReadonlySet<number> = new Set([500, 502, 503, 504])

export function isFailure(status: number): boolean {
  return failures.has(status)
}

/** Whether a stored response may be served because the handler failed (RFC 5861, 4): no other failure of it. */
export function mayStandIn(head: StoredHead, now: Milliseconds): boolean {
  return !isFailure(head.status) && !head.noCache && !head.mustRevalidate && -freshFor(head, now) < head.staleIfError
}

/** How long a response is of any use to the store. `askable`: it can be revalidated when it is stale. */
export function keepFor(head: StoredHead, now: Milliseconds, askable: boolean): Milliseconds {
  const left = freshFor(head, now)
  const stale = head.mustRevalidate ? 0 : Math.max(head.staleWhileRevalidate, head.staleIfError)
  const useful = Math.max(left, left + stale)
  return askable ? Math.max(useful, 0) + revalidationWindow : useful
}

/** How long a stale page with a validator is kept in the hope of a 304. */
const revalidationWindow: Milliseconds = 86_400_000
