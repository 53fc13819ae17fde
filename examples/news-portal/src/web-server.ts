import { once } from "node:events"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"

/** How long `stopServing` waits for pending requests, in milliseconds. */
const patience = 5_000

/** Listens; port 0 is any free port. Resolves with the address, or rejects with the error of Node. */
export async function startServing(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host)
  await once(server, "listening")
  const { address, family, port: found } = server.address() as AddressInfo
  return family === "IPv6" ? `http://[${address}]:${found}` : `http://${address}:${found}`
}

/** Accepts no more requests, and waits for pending ones, for a few seconds at most. */
export async function stopServing(server: Server): Promise<void> {
  const closed = once(server, "close")
  server.close()
  const impatience = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearTimeout(impatience)
}
