import { IncomingMessage } from "node:http"

/** The address of a client, if a platform has passed Node's request along with a `Request`, as `@hono/node-server` does. */
export function clientAddress(environment: unknown): string | undefined {
  if (typeof environment !== "object" || environment === null || !("incoming" in environment)) return undefined
  const { incoming } = environment
  return incoming instanceof IncomingMessage ? incoming.socket.remoteAddress : undefined
}
