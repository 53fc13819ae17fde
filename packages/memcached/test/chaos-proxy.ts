import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"

/** Changes the bytes from the server on the way to the client. */
export type OnReply = (chunk: Buffer, client: Socket) => void

const pass: OnReply = (chunk, client) => {
  client.write(chunk)
}

const accept = () => {}

/** A proxy between a backend and a server, with the faults of networks. */
export class ChaosProxy {
  /** Replace it to tamper with replies. */
  onReply: OnReply = pass
  /** Replace it to tamper with new connections. */
  onConnection: (client: Socket) => void = accept
  /** How many connections were made, accepted or not. */
  connections = 0
  readonly #host: string
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #ownPort = 0

  constructor(server: string) {
    const colon = server.lastIndexOf(":")
    this.#host = server.slice(0, colon)
    this.#port = Number(server.slice(colon + 1))
  }

  static async before(server: string): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(server)
    await proxy.listen()
    return proxy
  }

  /** `host:port` for clients, which does not change with `listen`. */
  get address(): string {
    return `127.0.0.1:${this.#ownPort}`
  }

  async listen(): Promise<void> {
    this.#server = createServer((client) => this.#join(client))
    this.#server.listen(this.#ownPort, "127.0.0.1")
    await once(this.#server, "listening")
    this.#ownPort = (this.#server.address() as AddressInfo).port
  }

  /** Stops all faults. */
  heal(): void {
    this.onReply = pass
    this.onConnection = accept
  }

  /** Closes every connection, and accepts none until `listen` is called. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    server.close()
    await once(server, "close")
  }

  #join(client: Socket): void {
    this.connections += 1
    this.onConnection(client)
    if (client.destroyed) return
    const server = connect(this.#port, this.#host)
    client.on("data", (chunk) => server.write(chunk))
    server.on("data", (chunk) => {
      if (!client.destroyed) this.onReply(chunk, client)
    })
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on("error", () => {})
      socket.on("close", () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
  }
}
