import type { PageControl } from "./page-control.js"
import type { PageRequest, PageResponse } from "./page-exchange.js"
import type { PageFill } from "./page-fill.js"
import type { HeaderLines } from "./engine/header-lines.js"

/** What the cache has for a request: an answer to send, or a run of the handler to record. */
export type PageLookup =
  | { readonly response: PageResponse; readonly control: PageControl }
  | { readonly response?: undefined; readonly fill: PageFill }

/** What an entry can do for a request beyond answering it. */
export interface LookupContext {
  /**
   * Runs the handler again, with no client, for a page that has just been served stale: a GET of the same URL with
   * `fill.target` and these header lines and no others. Resolves when the fill has ended. Absent: stale pages are refreshed
   * before they are served.
   */
  readonly refresh?: (fill: PageFill, headers: HeaderLines) => Promise<void>
  /** The control of the page cache around this one: `attachedControl(request)`. */
  readonly outer?: PageControl | undefined
}
export type { PageCacheOptions } from "./page-options.js"
