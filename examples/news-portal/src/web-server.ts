import { once } from "node:events"
import type { Server } from "node:http"
import { type AddressInfo, Server as SocketServer } from "node:net"

/** How long `stopServing` leaves connections open that are not in use, in milliseconds. */
const farewell = 500

/** How long it waits for pending requests, in milliseconds. */
const patience = 5_000

/** Listens; port 0 is any free port. Resolves with the address, or rejects with the error of Node. */
export async function startServing(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host)
  await once(server, "listening")
  const { address, family, port: found } = server.address() as AddressInfo
  return family === "IPv6" ? `http://[${address}]:${found}` : `http://${address}:${found}`
}

/**
 * Accepts no more connections, and waits for pending requests, for a few seconds at most. Open connections end with their
 * next response, which says so. To close them at once, as the HTTP server's own `close` does, would lose the requests that
 * are on their way.
 */
export async function stopServing(server: Server): Promise<void> {
  server.prependListener("request", (_request, response) => response.setHeader("connection", "close"))
  const closed = once(server, "close")
  SocketServer.prototype.close.call(server)
  // Immediately after what has arrived is read: a connection with a request is not idle.
  const tidying = setInterval(() => setImmediate(() => server.closeIdleConnections()), farewell)
  const impatience = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(tidying)
  clearTimeout(impatience)
}
