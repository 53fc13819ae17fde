import type { IncomingMessage } from "node:http"
import type { Http2ServerRequest } from "node:http2"
import { hiddenHeaders, type RequestHead } from "./request-head.js"
import type { HeadFields } from "./response-head.js"

/** A request of node:http or of the compatibility API of node:http2. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** What the responses of node:http and of the compatibility API of node:http2 have in common. */
export interface NodeResponse {
  statusCode: number
  readonly headersSent: boolean
  readonly writableEnded: boolean
  getHeader(name: string): number | string | string[] | undefined
  getHeaderNames(): string[]
  // Arguments are passed on as they are.
  setHeader(name: string, value: unknown): unknown
  appendHeader(name: string, value: unknown): unknown
  removeHeader(name: string): void
  writeHead(status: number, ...rest: readonly unknown[]): unknown
  write(...given: readonly unknown[]): unknown
  end(...given: readonly unknown[]): unknown
  /** HTTP/2 responses have it although their types do not. */
  flushHeaders?(): void
  once(event: "close" | "finish", listener: () => void): unknown
}

export function requestHeadOf({ method = "GET", headers, socket }: NodeRequest): RequestHead {
  return {
    method,
    address: socket?.remoteAddress,
    // HTTP/2 (RFC 9113, section 8.3.1).
    host: headers[":authority"]?.toString() ?? headers.host,
    header: (name) => {
      const value = headers[name]
      return Array.isArray(value) ? value.join(", ") : value
    },
  }
}

/** Removes the headers that the application must not see. */
export function hideHeaders({ headers }: NodeRequest): void {
  for (const name of hiddenHeaders) delete headers[name]
}

export function fieldsOf(response: NodeResponse): HeadFields {
  return {
    get: (name) => {
      const value = response.getHeader(name)
      return Array.isArray(value) ? value.join(", ") : value?.toString()
    },
    set: (name, value) => void response.setHeader(name, value),
    delete: (name) => response.removeHeader(name),
    names: () => response.getHeaderNames(),
  }
}

/** Merges the headers passed to `writeHead` (an object, pairs or a flat list) into those already set, as Node does. */
export function mergeHeaders(response: NodeResponse, given: unknown): void {
  if (typeof given !== "object" || given === null) return
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given)) if (value !== undefined) response.setHeader(name, value)
    return
  }
  const items: readonly unknown[] = given.flatMap((one: unknown) => (isPair(one) ? one : [one]))
  const pairs = Array.from({ length: Math.floor(items.length / 2) }, (_, index) => {
    return [String(items[index * 2]), items[index * 2 + 1]] as const
  })
  for (const [name] of pairs) response.removeHeader(name)
  for (const [name, value] of pairs) response.appendHeader(name, value)
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2
}
