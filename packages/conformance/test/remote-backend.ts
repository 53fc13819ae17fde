import { createConnection, type Socket } from "node:net"
import type { Backend, Capabilities, Milliseconds } from "@larder/core"
import type { StoreAddress } from "../src/fault-proxy/fault-proxy.js"
import { wakingTimeout } from "../src/waking-timeout.js"
// @ts-expect-error Plain JavaScript, which child processes load too.
import { errorOf, fromLine, toLine } from "./socket-backend.js"

const requestTimeout = 1000

/** A pending call. */
export interface Pending {
  readonly method: string
  readonly parameters: readonly unknown[]
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
  /** Cancels the timeout for the reply. */
  stopWaiting(): void
  /** Restarts it. */
  waitOn(): void
}

/** A connection and its pending calls. */
export interface Link {
  readonly socket: Socket
  readonly pending: Map<number, Pending>
  unread: string
}

/** A correct client of `SocketStore` that survives every fault, from which the mutants of the family are derived. */
export class RemoteBackend implements Backend {
  readonly name: string = "remote"
  readonly capabilities: Capabilities = {
    shared: true,
    persistent: true,
    evicts: false,
    ttlResolution: 1,
    remote: true,
    portableKeysOnly: true,
  }
  readonly #address: StoreAddress
  link: Link | undefined
  calls = 0
  closed = false
  /** The result in a reply of the store. */
  readonly #refusals = new WeakSet<object>()

  constructor(address: StoreAddress) {
    this.#address = address
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.call("get", [key]) as Promise<Uint8Array | undefined>
  }

  set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    return this.call("set", [key, value, ttl]) as Promise<void>
  }

  delete(key: string): Promise<boolean> {
    return this.call("delete", [key]) as Promise<boolean>
  }

  add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    return this.call("add", [key, value, ttl]) as Promise<boolean>
  }

  incr(key: string, delta: number): Promise<number | undefined> {
    return this.call("incr", [key, delta]) as Promise<number | undefined>
  }

  replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    return this.call("replaceIfEqual", [key, expected, value, ttl]) as Promise<boolean>
  }

  clear(prefix: string): Promise<void> {
    return this.call("clear", [prefix]) as Promise<void>
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.link !== undefined) this.drop(this.link, new Error("closed"))
  }

  call(method: string, parameters: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Error("closed"))
      if (/\s/.test(String(parameters[0]))) return reject(new Error("a key with spaces"))
      this.link ??= this.connect()
      this.send(this.link, { method, parameters, resolve, reject })
    })
  }

  send(link: Link, call: Omit<Pending, "stopWaiting" | "waitOn">): void {
    const id = this.nextId()
    // The store is also in this process: on a busy machine, neither may get to run.
    const wait = (): (() => void) => wakingTimeout(requestTimeout, () => this.giveUp(link, id))
    let stop = wait()
    link.pending.set(id, {
      ...call,
      stopWaiting: () => stop(),
      waitOn: () => {
        stop()
        stop = wait()
      },
    })
    link.socket.write(toLine({ id, method: call.method, parameters: call.parameters }))
  }

  nextId(): number {
    this.calls += 1
    return this.calls
  }

  giveUp(link: Link, _id: number): void {
    this.drop(link, new Error("no reply in time"))
  }

  connect(): Link {
    const socket = createConnection({ ...this.#address, noDelay: true })
    const link: Link = { socket, pending: new Map(), unread: "" }
    socket.setEncoding("utf8")
    socket.on("data", (text: string) => {
      // A slow store is not a silent one.
      for (const call of link.pending.values()) call.waitOn()
      this.read(link, text)
    })
    socket.on("error", (error) => this.drop(link, error))
    socket.on("close", () => this.drop(link, new Error("the connection ended")))
    return link
  }

  read(link: Link, text: string): void {
    const lines = (link.unread + text).split("\n")
    link.unread = lines.pop() ?? ""
    for (const line of lines) this.readLine(link, line)
  }

  readLine(link: Link, line: string): void {
    try {
      const { id, value, error } = fromLine(line)
      const call = this.take(link, id)
      if (call === undefined) throw new Error("a reply to no call")
      if (error === undefined) call.resolve(value)
      else call.reject(this.#refusal(errorOf(error)))
    } catch (error) {
      this.unreadable(link, error as Error)
    }
  }

  isRefusal(error: unknown): boolean {
    return error instanceof Error && this.#refusals.has(error)
  }

  #refusal(error: Error): Error {
    this.#refusals.add(error)
    return error
  }

  unreadable(link: Link, error: Error): void {
    this.drop(link, error)
  }

  take(link: Link, id: number): Pending | undefined {
    const call = link.pending.get(id)
    link.pending.delete(id)
    call?.stopWaiting()
    return call
  }

  /** Destroys the connection, and rejects its pending calls. */
  drop(link: Link, error: Error): void {
    link.socket.destroy()
    if (this.link === link) this.link = undefined
    this.rejectAll(link, error)
  }

  rejectAll(link: Link, error: Error): void {
    for (const id of [...link.pending.keys()]) this.take(link, id)?.reject(error)
  }
}
