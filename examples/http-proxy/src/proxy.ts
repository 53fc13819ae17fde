import {
  createServer,
  type IncomingMessage,
  request as requestOrigin,
  type Server,
  type ServerResponse,
} from "node:http"
import type { HeaderLine, HeaderLines, PageAnswer, PageCache, PageFill, PageResponse } from "@larder/http"
import { clientRequest, namesSeveralHosts, via } from "./client-request.js"
import { passInterimResponse } from "./interim-responses.js"
import { originHead } from "./origin-head.js"
import { forwardedLines, rawHeaders } from "./raw-headers.js"

/** A reverse proxy in front of one origin that answers from `pages` what it can. */
export function createProxy(origin: URL, pages: PageCache): Server {
  return createServer((request, response) => {
    answer(request, response, origin, pages).catch(() => response.destroy())
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  origin: URL,
  pages: PageCache,
): Promise<void> {
  if (namesSeveralHosts(request)) {
    response.writeHead(400, { Connection: "close", "Content-Length": "0" }).end()
    return
  }
  const { page, lines } = clientRequest(request)
  const found = await pages.lookup(page, { refresh: (fill, headers) => refresh(origin, fill, headers) })
  if (found.response !== undefined) return send(response, found.response)
  forward(request, response, origin, lines, found.fill)
}

function send(response: ServerResponse, { status, headers, body }: PageResponse): void {
  response.writeHead(status, rawHeaders(forwardedLines(headers)))
  response.end(body ?? undefined)
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  origin: URL,
  lines: HeaderLines,
  fill: PageFill,
): void {
  const upstream = openUpstream(origin, request.method ?? "GET", fill.target, withOverrides(lines, fill.overrides))
  let answered = false
  const fail = (error: Error): void => {
    // What comes after a whole response is not part of it; one that broke off has told so itself.
    if (answered) return
    answered = true
    upstream.destroy()
    if (!response.destroyed) send(response, fill.fail(error) ?? gatewayError(error))
  }
  upstream.on("information", (interim) => passInterimResponse(interim, response))
  upstream.on("upgrade", () => fail(new BadResponse()))
  upstream.on("error", fail)
  upstream.on("response", (incoming) => {
    const head = originHead(incoming)
    if (head === undefined) return fail(new BadResponse())
    answered = true
    const answer = fill.head(head.status, head.lines)
    if (answer.again !== true) return relay(incoming, response, answer, head.message, fill)
    incoming.resume()
    return forward(request, response, origin, lines, fill)
  })
  response.on("close", () => {
    if (response.writableFinished || fill.recording) return
    // That its client left says nothing of the origin.
    if (!answered) fill.abort("client")
    upstream.destroy()
  })
  request.pipe(upstream)
}

/** Passes the origin's response on, to the client as the cache wants it and to the fill as it is. */
function relay(
  incoming: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: PageAnswer,
  message: string,
  fill: PageFill,
): void {
  const relayed = body === "handler"
  if (relayed) response.writeHead(status, message, rawHeaders(forwardedLines(headers)))
  else send(response, { status, headers, body })
  incoming.on("data", (chunk: Buffer) => {
    fill.chunk(chunk)
    // Without its client, the body is only read for those who wait for the page.
    if (response.destroyed && !fill.recording) incoming.destroy()
    // A client that reads slowly slows the origin down, unless others wait for the page.
    else if (relayed && !response.write(chunk) && !fill.recording) incoming.pause()
  })
  response.on("drain", () => incoming.resume())
  incoming.on("end", () => {
    void fill.end()
    if (relayed) response.end()
  })
  incoming.on("error", () => {
    fill.abort()
    response.destroy()
  })
}

async function refresh(origin: URL, fill: PageFill, headers: HeaderLines): Promise<void> {
  const upstream = openUpstream(origin, "GET", fill.target, [...headers, via("1.1")])
  upstream.end()
  await new Promise<void>((resolve, reject) => {
    upstream.on("error", reject)
    upstream.on("upgrade", (_incoming, socket) => {
      socket.destroy()
      reject(new BadResponse())
    })
    upstream.on("response", (incoming) => {
      const head = originHead(incoming)
      if (head === undefined) {
        upstream.destroy()
        return reject(new BadResponse())
      }
      if (fill.head(head.status, head.lines).again === true) {
        incoming.resume()
        const unconditional = headers.filter(([name]) => fill.overrides.get(name) !== null)
        return resolve(refresh(origin, fill, unconditional))
      }
      incoming.on("data", (chunk: Buffer) => fill.chunk(chunk))
      incoming.on("error", reject)
      return incoming.on("end", () => resolve(fill.end()))
    })
  })
}

/** A connection of its own for each request: after an origin that miscounts its bytes, nothing more is read from it. */
function openUpstream(
  origin: URL,
  method: string,
  target: string,
  lines: HeaderLines,
): ReturnType<typeof requestOrigin> {
  return requestOrigin({
    host: origin.hostname,
    port: origin.port,
    method,
    path: target,
    headers: rawHeaders(lines),
    agent: false,
    insecureHTTPParser: true,
  })
}

function withOverrides(lines: HeaderLines, overrides: ReadonlyMap<string, string | null>): HeaderLine[] {
  const kept = lines.filter(([name]) => !overrides.has(name.toLowerCase()))
  const added = [...overrides].flatMap(([name, value]): HeaderLine[] => (value === null ? [] : [[name, value]]))
  return [...kept, ...added]
}

/** The origin said what cannot be passed on. */
class BadResponse extends Error {}

/** 504 from a cache that may not answer without its origin (RFC 9111, 5.2.2.2), 502 where that talks nonsense. */
function gatewayError(error: Error): PageResponse {
  const nonsense = error instanceof BadResponse || ("code" in error && String(error.code).startsWith("HPE_"))
  return { status: nonsense ? 502 : 504, headers: [["Content-Length", "0"]], body: new Uint8Array(0) }
}
