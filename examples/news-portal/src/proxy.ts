import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http"
import { startServing, stopServing } from "./web-server.js"

/** A proxy that distributes requests to several servers. */
export interface Proxy {
  readonly address: string
  /** Waits for pending requests, for a few seconds at most. */
  close(): Promise<void>
}

/** The time limit of a server, in milliseconds. */
const patience = 30_000

/**
 * Forwards requests to the servers in turn. What a server that has ended cannot answer, the next one does, except for
 * forms, which must not be sent twice. Listens on this machine only.
 */
export async function startProxy(servers: readonly string[], port: number): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const first = turn++ % servers.length
    forward(agent, [...servers.slice(first), ...servers.slice(0, first)], incoming, outgoing)
  })
  const address = await startServing(server, port, "127.0.0.1")
  return {
    address,
    async close() {
      await stopServing(server)
      agent.destroy()
    },
  }
}

function forward(
  agent: Agent,
  [target = "", ...others]: readonly string[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const { method = "GET", url = "/" } = incoming
  const headers = withoutConnection(incoming.headers)
  const hasBody = "content-length" in headers || "transfer-encoding" in headers
  const isRepeatable = (method === "GET" || method === "HEAD") && !hasBody
  const { hostname, port } = new URL(target)
  const forwarded = request({ agent, hostname, port, method, path: url, headers, timeout: patience }, (answer) => {
    // Shows which server responded, and that it does not matter.
    outgoing.writeHead(answer.statusCode ?? 502, { ...withoutConnection(answer.headers), "x-served-by": target })
    answer.pipe(outgoing)
    answer.on("error", () => outgoing.destroy())
  })
  forwarded.on("timeout", () => forwarded.destroy(new Error("the server took too long")))
  forwarded.on("error", () => {
    if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy()
    else if (isRepeatable && others.length > 0) forward(agent, others, incoming, outgoing)
    else outgoing.writeHead(502, { "content-type": "text/plain" }).end("No server of the site answers.\n")
  })
  outgoing.on("close", () => forwarded.destroy())
  if (isRepeatable) forwarded.end()
  else incoming.pipe(forwarded)
}

/** What concerns one connection is not forwarded to another. */
function withoutConnection({ connection, "keep-alive": _, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers
}
