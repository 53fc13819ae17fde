import { once } from "node:events"
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions, type Server } from "node:http"
import { connect, createServer, type Server as NetServer, type Socket } from "node:net"
import { Cache } from "@larder/core"
import { PageCache, type PageCacheOptions } from "@larder/http"
import { LocmemBackend } from "@larder/locmem"
import { afterEach, beforeEach } from "vitest"
import { createProxy } from "../src/proxy.js"

/** What came of a request through the proxy. */
export interface Outcome {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly interim: readonly [status: number, headers: IncomingHttpHeaders][]
}

/** An origin writes what it likes on each connection; `run` counts the requests, and `asked` is what came, head and body. */
export type Origin = (socket: Socket, run: number, asked: string) => void

/** The proxy in front of an origin, and its clients. */
export interface Proxied {
  readonly port: number
  /** What the origin was asked, request by request. */
  readonly heads: string[]
  readonly pages: PageCache
  get(headers?: Record<string, string>, path?: string): Promise<Outcome>
  ask(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Outcome>
  /** Sends what no client of Node would, and reads all that comes back. */
  raw(...lines: readonly string[]): Promise<string>
}

/** The proxies of one test, with a clock that stands still. */
export interface Proxies {
  readonly clock: { now: number }
  proxyTo(origin: Origin, options?: Partial<PageCacheOptions>): Promise<Proxied>
}

/** To be called where tests are described. */
export function proxies(): Proxies {
  const open: (Server | NetServer)[] = []
  const clock = { now: 0 }
  beforeEach(() => {
    clock.now = Date.UTC(2026, 10, 25)
  })
  afterEach(async () => {
    for (const server of open.splice(0)) {
      const closed = once(server, "close")
      server.close()
      if ("closeAllConnections" in server) server.closeAllConnections()
      await closed
    }
  })

  async function portOf(server: Server | NetServer): Promise<number> {
    open.push(server)
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    if (address === null || typeof address === "string") throw new Error("The server listens on no port")
    return address.port
  }

  return {
    clock,
    async proxyTo(origin, options = {}) {
      const heads: string[] = []
      const server = createServer((socket) => {
        socket.on("error", () => {})
        let asked = ""
        const hear = (chunk: Buffer): void => {
          asked += chunk.toString("latin1")
          if (!isWhole(asked)) return
          socket.off("data", hear)
          heads.push(asked)
          origin(socket, heads.length, asked)
        }
        socket.on("data", hear)
      })
      const pages = new PageCache({
        cache: new Cache(new LocmemBackend()),
        profile: "rfc",
        invalidate: true,
        conditionalHandler: true,
        targets: ["Larder-Cache-Control", "CDN-Cache-Control"],
        now: () => clock.now,
        ...options,
      })
      const port = await portOf(createProxy(new URL(`http://127.0.0.1:${await portOf(server)}`), pages))
      const ask: Proxied["ask"] = (method, path, headers = {}, body = undefined) =>
        send({ port, method, path, headers }, body)
      const get: Proxied["get"] = (headers, path = "/") => ask("GET", path, headers)
      return { port, heads, pages, ask, get, raw: (...lines) => sendRaw(port, lines) }
    },
  }
}

/** Whether a request has come with its body; one without a framing has none. */
function isWhole(asked: string): boolean {
  const [head = "", body] = asked.split(/\r\n\r\n(.*)/s)
  if (body === undefined) return false
  if (/^transfer-encoding:/im.test(head)) return body.endsWith("0\r\n\r\n")
  return body.length >= Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
}

async function send(options: RequestOptions, body: string | undefined): Promise<Outcome> {
  const request = httpRequest({ host: "127.0.0.1", agent: false, ...options })
  const interim: [number, IncomingHttpHeaders][] = []
  request.on("information", (event) => interim.push([event.statusCode, event.headers]))
  request.end(body)
  const [response] = await once(request, "response")
  let text = ""
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, headers: response.headers, text, interim }
}

async function sendRaw(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1")
  socket.write(lines.join("\r\n"))
  let received = ""
  for await (const chunk of socket.setEncoding("latin1")) received += chunk
  return received
}

/** A whole response of an origin, which then closes the connection. */
export function respond(socket: Socket, fields: readonly string[], body: string, status = "200 OK"): void {
  socket.end(
    [`HTTP/1.1 ${status}`, "Connection: close", `Content-Length: ${body.length}`, ...fields, "", body].join("\r\n"),
  )
}
