import { once } from "node:events"
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions, type Server } from "node:http"
import { type AddressInfo, connect, type Server as NetServer } from "node:net"
import type { FastifyInstance } from "fastify"
import { afterEach } from "vitest"

/** A server on a free port of this machine. */
export interface Listening {
  readonly port: number
  /** Closes the server and all its connections. */
  close(): Promise<void>
}

export async function listen(server: NetServer & Partial<Pick<Server, "closeAllConnections">>): Promise<Listening> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    port: portOf(server.address()),
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections?.()
      await closed
    },
  }
}

/** A client of a server. */
export interface Client {
  readonly port: number
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  ask(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>
}

/** Creates clients of servers, and closes the servers after each test. Call it in a `describe`. */
export function testServers(): (server: Listening) => Client {
  const open: Listening[] = []
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close()
  })
  return (server) => {
    open.push(server)
    const ask: Client["ask"] = (method, path, headers = {}, body = undefined) =>
      send(server.port, path, { method, headers, ...(body === undefined ? {} : { body }) })
    return { port: server.port, ask, get: (path, headers) => ask("GET", path, headers) }
  }
}

/** The same for an application of Fastify, which has to be closed itself. */
export async function listenFastify(app: FastifyServer): Promise<Listening> {
  await app.listen({ host: "127.0.0.1", port: 0 })
  return { port: portOf(app.server.address()), close: async () => void (await app.close()) }
}

/** Of any protocol. */
interface FastifyServer extends Pick<FastifyInstance, "listen"> {
  readonly server: Pick<NetServer, "address">
  close(): PromiseLike<unknown>
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The server listens on no port")
  return address.port
}

/** A response as it was received. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly trailers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  readonly text: string
}

/** Sends raw bytes, and returns everything that is received. The last request must close the connection. */
export async function sendRaw(port: number, ...lines: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1")
  socket.write(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`)
  let received = ""
  for await (const chunk of socket.setEncoding("latin1")) received += chunk
  return received
}

/** Sends a request on a new connection, and returns the whole response. */
export async function send(
  port: number,
  path: string,
  options: RequestOptions & { body?: string } = {},
): Promise<Answer> {
  const { body, ...rest } = options
  const request = httpRequest({ host: "127.0.0.1", port, path, agent: false, ...rest })
  request.end(body)
  const [response] = await once(request, "response")
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const whole = Buffer.concat(chunks)
  const { statusCode, headers, rawHeaders, trailers } = response
  return { status: statusCode, headers, rawHeaders, trailers, body: whole, text: whole.toString() }
}
