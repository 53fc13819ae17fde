import { connect, isIP, type Socket } from "node:net"
import { connect as connectSecurely } from "node:tls"
import type { Milliseconds } from "@larder/core"
import type { ServerAddress } from "./server-address.js"
import type { TlsOptions } from "./tls-options.js"

const keepAliveAfter: Milliseconds = 60_000

/** Opens a socket. `ready` is called when it can be used: with TLS, when the server's certificate has been accepted. */
export function openSocket({ place }: ServerAddress, tls: TlsOptions | undefined, ready: () => void): Socket {
  if (tls === undefined) {
    const patience = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveAfter }
    return connect({ ...place, ...patience }, ready)
  }
  // SNI: a server with several names needs it to choose the certificate. It does not allow IP addresses.
  const servername = "host" in place && isIP(place.host) === 0 ? { servername: place.host } : {}
  const socket = connectSecurely({ ...servername, ...tls, ...place }, ready)
  return socket.once("connect", () => socket.setNoDelay(true).setKeepAlive(true, keepAliveAfter))
}
