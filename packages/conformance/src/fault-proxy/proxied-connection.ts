import { createConnection, type Socket } from "node:net"
import { Channel, type Step } from "./channel.js"
import type { NetworkState } from "./fault.js"

/** Neither text nor a valid line or length in any protocol. */
const garbage = Buffer.from("ff00fe80c1f5ff0d0affc00d0a0aff", "hex")

/** Milliseconds. A reset right after data looks like an ordinary end to a client that reads both at once. */
const pauseBeforeReset = 5

export interface ConnectionEvents {
  /** Called once, when the client's socket is closed. */
  readonly closed: () => void
  /** Called whenever garbage replaces a chunk of a reply. */
  readonly garbled: () => void
}

/** A client's connection and its connection to the store. */
export class ProxiedConnection {
  readonly #client: Socket
  readonly #store: Socket
  readonly #state: () => NetworkState
  readonly #requests: Channel
  readonly #replies: Channel
  readonly #garbled: () => void
  #repliedSinceChange = 0

  constructor(
    client: Socket,
    store: { host: string; port: number },
    state: () => NetworkState,
    { closed, garbled }: ConnectionEvents,
  ) {
    this.#client = client
    this.#garbled = garbled
    this.#state = state
    this.#store = createConnection({ ...store, noDelay: true, allowHalfOpen: true })
    client.setNoDelay(true)
    this.#requests = new Channel(
      client,
      this.#store,
      () => this.#stepOfRequest(),
      () => this.#store.end(),
    )
    this.#replies = new Channel(
      this.#store,
      client,
      (held) => this.#stepOfReply(held),
      () => client.end(),
    )
    for (const socket of [client, this.#store]) socket.on("error", () => this.destroy())
    client.once("close", () => {
      this.destroy()
      closed()
    })
    client.once("end", () => this.#leaveSilence())
    setImmediate(() => this.#resetAtOnce())
  }

  /** Applies a changed fault. */
  wake(): void {
    this.#repliedSinceChange = 0
    this.#requests.wake()
    this.#replies.wake()
    this.#leaveSilence()
    this.#resetAtOnce()
  }

  destroy(): void {
    this.#requests.close()
    this.#replies.close()
    this.#client.destroy()
    this.#store.destroy()
  }

  /**
   * A silent network does not forward a client's end either, but a connection that the client has closed does not count as
   * open.
   */
  #leaveSilence(): void {
    if (this.#requests.sourceEnded && this.#state().kind === "silence") this.destroy()
  }

  #resetAtOnce(): void {
    const state = this.#state()
    if (state.kind === "reset" && state.afterBytes === 0) this.#reset()
  }

  #reset(): void {
    this.#client.resetAndDestroy()
    this.destroy()
  }

  #stepOfRequest(): Step {
    return this.#state().kind === "silence" ? { wait: Number.POSITIVE_INFINITY } : {}
  }

  #stepOfReply(held: number): Step {
    const state = this.#state()
    switch (state.kind) {
      case "silence":
      case "refuse":
        return { wait: Number.POSITIVE_INFINITY }
      case "garbage":
        this.#garbled()
        return { replacement: garbage }
      case "slice":
        return { take: state.bytes }
      case "slow": {
        const { latency = 0, jitter = 0, bytesPerSecond = Number.POSITIVE_INFINITY } = state
        const take = Math.min(held, Math.max(1, Math.ceil(bytesPerSecond / 100)))
        return { wait: latency + Math.random() * jitter + (take * 1000) / bytesPerSecond, take }
      }
      case "reset":
        return this.#stepOfReset(state.afterBytes ?? 1, held)
      default:
        return {}
    }
  }

  #stepOfReset(afterBytes: number, held: number): Step {
    const left = afterBytes - this.#repliedSinceChange
    if (left <= 0) return { wait: Number.POSITIVE_INFINITY }
    const take = Math.min(left, held)
    this.#repliedSinceChange += take
    if (take === left) setTimeout(() => this.#state().kind === "reset" && this.#reset(), pauseBeforeReset).unref()
    return { take }
  }
}
