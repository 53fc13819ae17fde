import { subscribe, unsubscribe } from "node:diagnostics_channel"

/**
 * What this package reads of the events of `@larder/http`, which it does not need: a channel exists, and stays silent,
 * without its publisher.
 */
export interface PageEvent {
  readonly outcome: string
  readonly reason?: string | undefined
  readonly stored?: boolean
  readonly error?: unknown
}

const channelName = "larder:page"

/** Calls the listener for what all page caches of the process publish, until the returned function is called. */
export function subscribeToPages(listener: (event: PageEvent) => void): () => void {
  const onMessage = (message: unknown): void => listener(message as PageEvent)
  subscribe(channelName, onMessage)
  return () => void unsubscribe(channelName, onMessage)
}
