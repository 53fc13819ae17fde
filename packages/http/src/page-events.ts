import { type Channel, channel } from "node:diagnostics_channel"
import type { PageOutcome } from "./page-control.js"
import type { PageRequest } from "./page-exchange.js"

/** What subscribers of the `larder:page` channel receive: one event per response, and one for the result of each run of the handler. */
export interface PageEvent {
  readonly request: PageRequest
  readonly outcome: PageOutcome
  /** Why the request was not answered from the cache, or the response not stored: `"cookie"`, `"set-cookie"`, … */
  readonly reason?: string | undefined
  /** True if the handler's response was stored. */
  readonly stored?: boolean
  /** What the store, or a function passed as an option, threw. The page was served nevertheless. */
  readonly error?: unknown
}

/** Node's diagnostics channel for all page caches of this process. */
export const pageEvents: Channel<unknown, PageEvent> = channel("larder:page") as Channel<unknown, PageEvent>

export function publish(event: PageEvent): void {
  if (pageEvents.hasSubscribers) pageEvents.publish(event)
}
