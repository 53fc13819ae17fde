import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"

/** A server that replies to every chunk of commands with the result of `answer`. */
export class ScriptedServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(answer: (commands: string) => string) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on("error", () => {})
      socket.on("close", () => this.#sockets.delete(socket))
      socket.on("data", (chunk) => socket.write(answer(chunk.toString("latin1")), "latin1"))
    })
  }

  static async answering(answer: (commands: string) => string): Promise<ScriptedServer> {
    const server = new ScriptedServer(answer)
    server.#server.listen(0, "127.0.0.1")
    await once(server.#server, "listening")
    return server
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, "close")
  }
}
