import type { Server } from "node:http"
import { Socket } from "node:net"

/**
 * The connection of a request that has no client: discards what is written to it and never has data to read. Reports the
 * addresses of another socket, for code that checks them (a trusted proxy setting, a log).
 */
export class NoConnection extends Socket {
  readonly encrypted: boolean
  readonly server: Server | undefined

  constructor(like: Socket) {
    super()
    this.encrypted = "encrypted" in like && like.encrypted === true
    this.server = serverOf(like)
    const { remoteAddress, remotePort, remoteFamily } = like
    Object.defineProperties(this, {
      remoteAddress: { value: remoteAddress },
      remotePort: { value: remotePort },
      remoteFamily: { value: remoteFamily },
    })
  }

  override _read(): void {}

  // In a later turn of the event loop, so that an endless body does not block it.
  override _write(_chunk: unknown, _encoding: BufferEncoding, written: (error?: Error | null) => void): void {
    setImmediate(written)
  }

  override _writev(_chunks: readonly unknown[], written: (error?: Error | null) => void): void {
    setImmediate(written)
  }

  override _final(ended: (error?: Error | null) => void): void {
    ended()
  }
}

/** The node:http or node:https server that accepted a connection, if any. */
export function serverOf(socket: Socket): Server | undefined {
  return "server" in socket && isServer(socket.server) ? socket.server : undefined
}

function isServer(value: unknown): value is Server {
  return typeof value === "object" && value !== null && "requestTimeout" in value && "emit" in value
}
