import {
  createServer,
  type IncomingMessage,
  request as requestOrigin,
  type Server,
  type ServerResponse,
} from "node:http"
import type { HeaderLine, HeaderLines, PageAnswer, PageCache, PageFill, PageRequest, PageResponse } from "@larder/http"
import { passInterimResponse } from "./interim-responses.js"
import { forwardedLines, headerLines, rawHeaders, requestHeaders } from "./raw-headers.js"

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
  const found = await pages.lookup(pageRequest(request), {
    refresh: (fill, headers) => refresh(origin, fill, headers),
  })
  if (found.response !== undefined) return send(response, found.response)
  forward(request, response, origin, found.fill)
}

function pageRequest(request: IncomingMessage): PageRequest {
  const headers = requestHeaders(request.rawHeaders)
  return {
    method: request.method ?? "GET",
    scheme: "http",
    authority: (headers.get("host") ?? "localhost").toLowerCase(),
    target: request.url ?? "/",
    headers,
    hasBody: headers.get("transfer-encoding") !== undefined || Number(headers.get("content-length") ?? 0) > 0,
  }
}

function send(response: ServerResponse, { status, headers, body }: PageResponse): void {
  response.sendDate = false
  response.writeHead(status, rawHeaders(headers))
  response.end(body ?? undefined)
}

function forward(request: IncomingMessage, response: ServerResponse, origin: URL, fill: PageFill): void {
  const lines = withOverrides(headerLines(request.rawHeaders), fill.overrides)
  const upstream = openUpstream(origin, request.method ?? "GET", fill.target, lines)
  let incoming: IncomingMessage | undefined
  upstream.on("information", (interim) => passInterimResponse(interim, response))
  upstream.on("response", (started) => {
    incoming = started
    const answer = fill.head(started.statusCode ?? 502, forwardedLines(headerLines(started.rawHeaders)))
    if (answer.again !== true) return relay(started, response, answer, fill)
    started.resume()
    forward(request, response, origin, fill)
  })
  upstream.on("error", (error) => {
    // What comes after a whole response is not part of it; one that broke off has told so itself.
    if (incoming === undefined) send(response, fill.fail(error) ?? unreachable())
  })
  response.on("close", () => {
    if (!response.writableFinished && !fill.recording) upstream.destroy()
  })
  request.pipe(upstream)
}

/** Passes the origin's response on, to the client as the cache wants it and to the fill as it is. */
function relay(
  incoming: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: PageAnswer,
  fill: PageFill,
): void {
  const relayed = body === "handler"
  if (relayed) {
    response.sendDate = false
    response.writeHead(status, incoming.statusMessage, rawHeaders(headers))
  } else {
    send(response, { status, headers, body })
  }
  incoming.on("data", (chunk: Buffer) => {
    fill.chunk(chunk)
    // A client that reads slowly slows the origin down, unless others wait for the page.
    if (relayed && !response.write(chunk) && !fill.recording) incoming.pause()
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
  const upstream = openUpstream(origin, "GET", fill.target, headers)
  upstream.end()
  await new Promise<void>((resolve, reject) => {
    upstream.on("error", reject)
    upstream.on("response", (incoming) => {
      const { again } = fill.head(incoming.statusCode ?? 502, forwardedLines(headerLines(incoming.rawHeaders)))
      if (again === true) {
        incoming.resume()
        const unconditional = headers.filter(([name]) => fill.overrides.get(name) !== null)
        return resolve(refresh(origin, fill, unconditional))
      }
      incoming.on("data", (chunk: Buffer) => fill.chunk(chunk))
      incoming.on("error", reject)
      incoming.on("end", () => resolve(fill.end()))
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
    headers: rawHeaders(forwardedLines(lines)),
    agent: false,
    insecureHTTPParser: true,
  })
}

function withOverrides(lines: HeaderLines, overrides: ReadonlyMap<string, string | null>): HeaderLine[] {
  const kept = lines.filter(([name]) => !overrides.has(name.toLowerCase()))
  const added = [...overrides].flatMap(([name, value]): HeaderLine[] => (value === null ? [] : [[name, value]]))
  return [...kept, ...added]
}

/** RFC 9111, 5.2.2.2: what a cache says that may not answer without its origin. */
function unreachable(): PageResponse {
  return { status: 504, headers: [["Content-Length", "0"]], body: new Uint8Array(0) }
}
