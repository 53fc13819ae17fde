import { createServer, type Server } from "node:net"
import { createInterface } from "node:readline"
import type { Backend } from "@larder/core"
import type { ChildModule, Harness } from "../src/harness.js"
import { MapBackend, MapStore } from "./map-backend.js"

const module = new URL("./socket-backend.js", import.meta.url)

interface Call {
  readonly id: number
  readonly method: keyof Backend
  readonly parameters: readonly unknown[]
}

interface SocketModule {
  toLine(message: unknown): string
  fromLine(line: string): unknown
  create(data: unknown): Promise<Backend>
}

/** A store that several processes can reach over TCP, with the real clock. */
export class SocketStore {
  readonly #server: Server
  readonly port: number
  readonly #client: SocketModule

  private constructor(server: Server, port: number, client: SocketModule) {
    this.#server = server
    this.port = port
    this.#client = client
  }

  /** Listens on a free port of this machine. */
  static async open(): Promise<SocketStore> {
    const client = (await import(module.href)) as SocketModule
    const store = new MapStore()
    Object.defineProperty(store, "now", { get: Date.now })
    const backend = new MapBackend(store) as unknown as Record<string, (...parameters: readonly unknown[]) => unknown>
    const server = createServer((socket) => {
      socket.setNoDelay(true)
      socket.on("error", () => socket.destroy())
      const lines = createInterface(socket)
      lines.on("error", () => {})
      lines.on("line", async (line) => {
        const { id, method, parameters } = client.fromLine(line) as Call
        try {
          const nothing = parameters.map((parameter) => parameter ?? undefined)
          socket.write(client.toLine({ id, value: await backend[method]?.(...nothing) }))
        } catch (error) {
          const { name, message } = error as Error
          socket.write(client.toLine({ id, error: { name, message } }))
        }
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    if (address === null || typeof address === "string") throw new Error("no port")
    return new SocketStore(server, address.port, client)
  }

  /** A harness for this store, with a defect that `socket-backend.js` implements. */
  harness(defect?: string): Harness {
    const child = this.child(defect)
    return { create: () => this.#client.create(child.data), child }
  }

  /** How a child process opens a handle on this store. */
  child(defect?: string): ChildModule {
    return { module, data: { port: this.port, defect } }
  }

  close(): void {
    this.#server.close()
  }
}
