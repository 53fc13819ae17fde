import type { PageEvent } from "./call-log.js"

/** What the page cache did with a request and its page. */
export interface PageOutcome {
  /** `hit`, `stale`, `miss` or `bypass`. */
  readonly outcome: string
  /** Why it was not a hit, or why the page was not stored. */
  readonly reason: string | undefined
  /** `undefined` if not known yet: a page is stored after it has been sent. */
  readonly stored: boolean | undefined
  readonly cacheStatus: string | undefined
}

/**
 * Derives the outcome from the events of the page cache and its `Cache-Status` header (RFC 9211), because the event of a miss
 * is published only once the page has been stored. `undefined` if there is neither.
 */
export function pageOutcome(events: readonly PageEvent[], cacheStatus: string | undefined): PageOutcome | undefined {
  const [first] = events
  if (first === undefined && cacheStatus === undefined) return undefined
  const end = events.findLast(({ stored }) => stored !== undefined)
  const isHit = /;\s*hit\s*(?:;|,|$)/.test(cacheStatus ?? "")
  return {
    outcome: first?.outcome ?? (isHit ? "hit" : "miss"),
    reason: end?.reason ?? first?.reason,
    stored: end?.stored,
    cacheStatus,
  }
}
