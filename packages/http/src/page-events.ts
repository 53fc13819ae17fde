import { type Channel, channel } from "node:diagnostics_channel"
import type { PageOutcome } from "./page-control.js"
import type { PageRequest } from "./page-exchange.js"

/** What subscribers of the channel `larder:page` receive: one event for each answer, and one for what became of a run of the handler. */
export interface PageEvent {
  readonly request: PageRequest
  readonly outcome: PageOutcome
  /** Why the request was not answered from the cache, or the response not stored: `"cookie"`, `"set-cookie"`, … */
  readonly reason?: string | undefined
  /** True when the handler's answer was stored. */
  readonly stored?: boolean
  /** What the store, or a function of the options, threw. The page was served all the same. */
  readonly error?: unknown
}

/** Node's diagnostics channel for what the page caches of this process do. */
export const pageEvents: Channel<unknown, PageEvent> = channel("larder:page") as Channel<unknown, PageEvent>

export function publish(event: PageEvent): void {
  if (pageEvents.hasSubscribers) pageEvents.publish(event)
}
