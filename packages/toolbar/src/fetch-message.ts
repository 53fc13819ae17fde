import { IncomingMessage } from "node:http"
import { hiddenHeaders, type RequestHead } from "./request-head.js"
import type { HeadFields } from "./response-head.js"

/** `environments`: what the platform passes next to the request. */
export function requestHeadOf({ headers, method }: Request, environments: readonly unknown[]): RequestHead {
  const header = (name: string): string | undefined => headers.get(name) ?? undefined
  const address = environments.map(clientAddress).find((known) => known !== undefined)
  return { method, address, host: header("host"), header }
}

/** The client's address, if the platform passes Node's request next to the `Request`, as `@hono/node-server` does. */
function clientAddress(environment: unknown): string | undefined {
  if (typeof environment !== "object" || environment === null || !("incoming" in environment)) return undefined
  const { incoming } = environment
  return incoming instanceof IncomingMessage ? incoming.socket.remoteAddress : undefined
}

/** The request as the application sees it. */
export function withoutHiddenHeaders(request: Request): Request {
  if (!hiddenHeaders.some((name) => request.headers.has(name))) return request
  const headers = new Headers(request.headers)
  for (const name of hiddenHeaders) headers.delete(name)
  // Not `new Request(request)`: frameworks such as Next.js pass a `Proxy` of a request, which it does not take.
  return new Request(new Request(request.url, request), { headers })
}

export function fieldsOf(headers: Headers): HeadFields {
  return {
    get: (name) => headers.get(name) ?? undefined,
    set: (name, value) => headers.set(name, value),
    delete: (name) => headers.delete(name),
    names: () => headers.keys(),
  }
}
