import { subscribe, unsubscribe } from "node:diagnostics_channel"

/** The fields of the events of `@larder/http` that are used. That package does not have to be installed. */
export interface PageEvent {
  readonly outcome: string
  readonly reason?: string | undefined
  readonly stored?: boolean
  readonly error?: unknown
}

const channelName = "larder:page"

/** Calls `listener` for the events of all page caches of the process, until the returned function is called. */
export function subscribeToPages(listener: (event: PageEvent) => void): () => void {
  const onMessage = (message: unknown): void => listener(message as PageEvent)
  subscribe(channelName, onMessage)
  return () => void unsubscribe(channelName, onMessage)
}
