import type { PageEvent } from "./call-log.js"

/** What the page cache did with a request, and with the page. */
export interface PageFate {
  /** `hit`, `stale`, `miss`, `bypass`. */
  readonly outcome: string
  /** Why it was no hit, or why the page was not stored. */
  readonly reason: string | undefined
  /** False if the page was not stored; whether it was is known only after it has been sent. */
  readonly stored: boolean | undefined
  readonly cacheStatus: string | undefined
}

/**
 * From the events of the page cache, and its `Cache-Status` (RFC 9211): a miss has no event before the page is stored.
 * `undefined` without either.
 */
export function pageFate(events: readonly PageEvent[], cacheStatus: string | undefined): PageFate | undefined {
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
