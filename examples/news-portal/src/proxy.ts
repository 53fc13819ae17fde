import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import { startServing, stopServing } from "./web-server.js"

/** A proxy that distributes requests to several servers. */
export interface Proxy {
  readonly address: string
  /** Waits for pending requests, for a few seconds at most. */
  close(): Promise<void>
}

/** The time limit of a server, in milliseconds. */
const patience = 30_000

/** Forwards requests to the servers in turn. Listens on this machine only. */
export async function startProxy(servers: readonly string[], port: number): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const target = servers[turn++ % servers.length] as string
    forward(agent, target, incoming, outgoing)
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

function forward(agent: Agent, target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url = "/", headers } = incoming
  const { hostname, port } = new URL(target)
  const forwarded = request({ agent, hostname, port, method, path: url, headers, timeout: patience }, (answer) => {
    // Shows which server responded, and that it does not matter.
    outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, "x-served-by": target })
    answer.pipe(outgoing)
    answer.on("error", () => outgoing.destroy())
  })
  forwarded.on("timeout", () => forwarded.destroy(new Error("the server took too long")))
  forwarded.on("error", () => {
    if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end()
  })
  outgoing.on("close", () => forwarded.destroy())
  incoming.pipe(forwarded)
}
