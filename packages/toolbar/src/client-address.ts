import { IncomingMessage } from "node:http"

/** The client's address, if the platform passes Node's request next to the `Request`, as `@hono/node-server` does. */
export function clientAddress(environment: unknown): string | undefined {
  if (typeof environment !== "object" || environment === null || !("incoming" in environment)) return undefined
  const { incoming } = environment
  return incoming instanceof IncomingMessage ? incoming.socket.remoteAddress : undefined
}
