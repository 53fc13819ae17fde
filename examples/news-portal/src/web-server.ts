import { once } from "node:events"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"

/** In milliseconds: how long `stopServing` waits for requests under way. */
const patience = 5_000

/** Listens there, 0 being any free port; resolves with the address. Rejects with Node's error when it cannot. */
export async function startServing(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host)
  await once(server, "listening")
  const { address, family, port: found } = server.address() as AddressInfo
  return family === "IPv6" ? `http://[${address}]:${found}` : `http://${address}:${found}`
}

/** Takes no more requests and lets those under way finish, for some seconds at most. */
export async function stopServing(server: Server): Promise<void> {
  const closed = once(server, "close")
  server.close()
  const impatience = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearTimeout(impatience)
}
