import { AsyncLocalStorage } from "node:async_hooks"
import { IncomingMessage, ServerResponse } from "node:http"
import type { HeaderLines } from "../engine/header-lines.js"
import type { PageFill } from "../page-fill.js"
import { rawRequestOf } from "../raw-request.js"
import { NoConnection, serverOf } from "./no-connection.js"
import type { NodeRequest } from "./node-message.js"
import { connectionOrigin, type NodePageRequest } from "./request-view.js"

/** How long a handler may run without a client, in milliseconds. */
const deadline = 30_000

interface Revalidation {
  /** The page cache that requested the run. */
  readonly layer: object
  readonly fill: PageFill
  taken: boolean
}

/**
 * Requests that no client sent. Marked here and not by a header, which a client could forge.
 */
const revalidations = new WeakMap<object, Revalidation>()

/**
 * True for a request that the page cache makes itself, to refresh a stale page in the background: no client waits for the
 * response. Rate limiters and access logs in front of the cache may want to ignore it. Accepts a request of node:http, or
 * the request or context of Express, Fastify or Koa.
 */
export function isRevalidation(request: object): boolean {
  return revalidations.has(rawRequestOf(request))
}

/**
 * For a request that no client sent: the fill, for the first call by the layer that dispatched it, else an empty object.
 * `undefined` for a client's request.
 */
export function dispatchedFill(request: NodeRequest, layer: object): { readonly fill?: PageFill } | undefined {
  const revalidation = revalidations.get(request)
  if (revalidation === undefined) return undefined
  if (revalidation.layer !== layer || revalidation.taken) return {}
  revalidation.taken = true
  return { fill: revalidation.fill }
}

/** Whether another request can be dispatched to the server of this one: if it came over an HTTP/1 connection. */
export function canRedispatch(request: NodeRequest): request is IncomingMessage {
  return request instanceof IncomingMessage && serverOf(request.socket) !== undefined
}

/**
 * Sends a GET for the page through the whole application, with these header lines and without a client. Resolves when
 * the fill has ended, at the latest at the deadline.
 */
export function redispatch(
  original: IncomingMessage,
  { page, layer, fill, headers }: { page: NodePageRequest; layer: object; fill: PageFill; headers: HeaderLines },
): Promise<void> {
  const connection = new NoConnection(original.socket)
  const request = new IncomingMessage(connection)
  request.method = "GET"
  request.httpVersion = "1.1"
  request.httpVersionMajor = 1
  request.httpVersionMinor = 1
  request.url = fill.target
  setHeaders(request, headers)
  keepOrigin(request, page)
  request.complete = true
  request.push(null)
  const revalidation: Revalidation = { layer, fill, taken: false }
  revalidations.set(request, revalidation)
  const response = new ServerResponse(request)

  return new Promise<void>((resolve) => {
    const timer = setTimeout(() => connection.destroy(), deadline).unref()
    connection.once("close", () => {
      clearTimeout(timer)
      request.destroy()
      if (!revalidation.taken) fill.fail(new Error(`No page cache was reached by ${fill.target}`))
      resolve()
    })
    response.once("finish", () => connection.destroy())
    response.assignSocket(connection)
    // As a server does for its connections.
    connection.on("drain", () => response.emit("drain"))
    Object.defineProperty(response, "writableNeedDrain", { get: () => connection.writableNeedDrain })
    // Outside the async context of the client's request, with its user, trace and transaction.
    outsideAnyRequest(() => connection.server?.emit("request", request, response))
  })
}

const outsideAnyRequest = AsyncLocalStorage.snapshot()

function setHeaders(request: IncomingMessage, lines: HeaderLines): void {
  for (const [name, value] of lines) {
    request.headers[name.toLowerCase()] = value
    request.rawHeaders.push(name, value)
  }
}

/** Restores what the application took from a trusted proxy's headers. */
function keepOrigin(request: IncomingMessage, { scheme, authority }: NodePageRequest): void {
  if (request.headers.host === undefined) setHeaders(request, [["Host", authority]])
  if (connectionOrigin(request, request.headers).scheme !== scheme) setHeaders(request, [["X-Forwarded-Proto", scheme]])
}
