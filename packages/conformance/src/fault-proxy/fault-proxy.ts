import { createServer, type Server } from "node:net"
import { setTimeout as wait } from "node:timers/promises"
import { type Fault, type NetworkState, noFault } from "./fault.js"
import { ProxiedConnection } from "./proxied-connection.js"

const host = "127.0.0.1"

/** How many ports are tried before giving up. */
const attempts = 50

/** A TCP address. */
export interface StoreAddress {
  readonly host: string
  readonly port: number
}

/**
 * A TCP proxy in front of a store that injects network faults. It buffers at most 64 KiB per direction and connection, and
 * its timers do not keep the process running.
 */
export class FaultProxy {
  readonly #store: StoreAddress
  readonly #live = new Set<ProxiedConnection>()
  #server: Server | undefined
  #listening: Promise<StoreAddress> | undefined
  #port: number | undefined
  #state: NetworkState = noFault
  #connections = 0
  #garbled = 0
  #closed = false

  constructor(store: StoreAddress) {
    const { host: name, port } = store
    if (typeof name !== "string" || name === "" || !Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new TypeError(`a store has a host and a port from 1 to 65535, got ${JSON.stringify({ host: name, port })}`)
    }
    this.#store = { host: name, port }
  }

  /** Number of connections accepted so far. */
  get connections(): number {
    return this.#connections
  }

  /** Number of reply chunks replaced by garbage so far. */
  get garbled(): number {
    return this.#garbled
  }

  /** Number of open connections. */
  get live(): number {
    return this.#live.size
  }

  /** Listens on a free loopback port. Returns the address at which clients reach the proxy. Rejects after `close`. */
  listen(): Promise<StoreAddress> {
    if (this.#closed) return Promise.reject(new Error("the proxy is closed"))
    this.#listening ??= this.#open()
    return this.#listening
  }

  /** Applies a fault to all open and new connections, in place of an earlier one. */
  inflict(fault: Fault): Promise<void> {
    return this.#change(fault)
  }

  /** Ends the fault: held bytes are forwarded, and connections are accepted. */
  heal(): Promise<void> {
    return this.#change(noFault)
  }

  /** Closes all connections and discards held bytes, refuses new ones for `downtime` milliseconds, then ends the fault. */
  async restart(downtime = 0): Promise<void> {
    await this.inflict({ kind: "refuse" })
    if (downtime > 0) await wait(downtime)
    await this.heal()
  }

  /** Closes the port and all connections permanently. Calling it again does nothing. */
  close(): Promise<void> {
    this.#closed = true
    return this.#shut()
  }

  async #change(state: NetworkState): Promise<void> {
    this.#state = state
    if (state.kind === "refuse") return this.#shut()
    await this.listen()
    for (const connection of this.#live) connection.wake()
  }

  async #shut(): Promise<void> {
    await this.#listening?.catch(() => {})
    const server = this.#server
    this.#server = undefined
    this.#listening = undefined
    if (server === undefined) return
    const shut = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of this.#live) connection.destroy()
    await shut
  }

  async #open(): Promise<StoreAddress> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const port = await this.#listenOn(this.#port ?? drawPort())
        this.#port = port
        return { host, port }
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE"
        if (isTaken && this.#port === undefined && attempt < attempts) continue
        this.#listening = undefined
        throw error
      }
    }
  }

  #listenOn(port: number): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      this.#connections += 1
      const connection = new ProxiedConnection(client, this.#store, () => this.#state, {
        closed: () => this.#live.delete(connection),
        garbled: () => {
          this.#garbled += 1
        },
      })
      this.#live.add(connection)
    })
    return new Promise((resolve, reject) => {
      server.once("error", reject)
      server.listen(port, host, () => {
        // The client notices a socket that could not be accepted.
        server.off("error", reject).on("error", () => {})
        this.#server = server
        resolve(port)
      })
    })
  }
}

/**
 * Below the range of ephemeral ports: an outgoing connection could take such a port while it is closed, or connect to
 * itself.
 */
function drawPort(): number {
  return 20_000 + Math.floor(Math.random() * 12_000)
}
