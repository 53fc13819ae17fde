import { randomUUID } from "node:crypto"
import type { Milliseconds } from "@larder/core"
import type { RedisClient } from "./redis-client.js"
import { within } from "./within.js"

/** The maximum of unacknowledged messages; more are rejected. */
const messagesUnderWay = 100_000

export interface RedisLinkOptions {
  /** Only its settings are used; it is neither connected nor closed. */
  readonly client: RedisClient
  readonly channel: string
  /** The time limit for connecting, and again for the greeting of the server. */
  readonly connectLimit: Milliseconds
  /** The time limit for the acknowledgement of a message; also the interval of checks that messages arrive. */
  readonly replyLimit: Milliseconds
  onText(text: string): void
  /** Called once, when messages may no longer arrive; not after `end`. */
  onLost(): void
}

/**
 * One connection to publish and one to subscribe. The first error or timeout ends both; it never reconnects.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions
  readonly #publisher: RedisClient
  readonly #subscriber: RedisClient
  /** Subscribed by this link only, to check that its messages arrive. */
  readonly #ownChannel: string
  /** The clients that have a socket. */
  readonly #reached = new Set<RedisClient>()
  #underWay = 0
  /** Ends the check under way. */
  #hear: (() => void) | undefined
  #isEnded = false
  #isOpen = false
  #timer: NodeJS.Timeout | undefined

  private constructor(options: RedisLinkOptions) {
    this.#options = options
    this.#ownChannel = `${options.channel}:${randomUUID()}`
    this.#publisher = this.#newClient()
    this.#subscriber = this.#newClient()
  }

  /** Resolves when messages arrive. Rejects if connecting or subscribing fails. */
  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    const link = new RedisLink(options)
    try {
      await link.#open()
      return link
    } catch (error) {
      link.end()
      throw error
    }
  }

  /** Rejects, and ends the link, if the server does not acknowledge the text in time. */
  async publish(text: string): Promise<void> {
    await this.#publish(this.#options.channel, text)
  }

  /** Closes both connections. */
  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    clearInterval(this.#timer)
    for (const client of this.#reached) destroy(client)
  }

  async #open(): Promise<void> {
    const { channel, connectLimit, replyLimit } = this.#options
    // The client limits the time to connect, but not the time of the greeting.
    const connecting = [this.#publisher, this.#subscriber].map((client) => client.connect())
    await within(2 * connectLimit, Promise.all(connecting))
    const listening = this.#subscriber.subscribe([channel, this.#ownChannel], (text, from) => {
      if (from === this.#ownChannel) this.#hear?.()
      else if (!this.#isEnded) this.#options.onText(text)
    })
    await within(replyLimit, listening)
    if (this.#isEnded) throw new Error("The connection was lost while it was opened")
    this.#isOpen = true
    this.#timer = setInterval(() => void this.#check(), replyLimit).unref()
  }

  /** A connection can die without being closed: only a message that returns proves that it works. */
  async #check(): Promise<void> {
    if (this.#hear !== undefined) return
    const heard = new Promise<void>((resolve) => {
      this.#hear = resolve
    })
    try {
      await within(this.#options.replyLimit, Promise.all([heard, this.#publish(this.#ownChannel, "")]))
    } catch {
      this.#lose()
    }
    this.#hear = undefined
  }

  async #publish(channel: string, text: string): Promise<void> {
    if (this.#underWay++ === 0) this.#publisher.ref()
    try {
      await within(this.#options.replyLimit, this.#publisher.publish(channel, text))
    } catch (error) {
      this.#lose()
      throw error
    } finally {
      if (--this.#underWay === 0) this.#publisher.unref()
    }
  }

  #lose(): void {
    if (this.#isEnded) return
    this.end()
    if (this.#isOpen) this.#options.onLost()
  }

  #newClient(): RedisClient {
    const { client, connectLimit } = this.#options
    const socket = { ...client.options?.socket, connectTimeout: connectLimit, reconnectStrategy: false }
    const own = client.duplicate({
      socket: socket as never,
      disableOfflineQueue: true,
      commandsQueueMaxLength: messagesUnderWay,
    })
    own.on("error", () => this.#lose())
    own.on("end", () => this.#lose())
    // Destroying a client before it has a socket would leave the socket open.
    own.on("connect", () => {
      this.#reached.add(own)
      if (this.#isEnded) setImmediate(destroy, own)
    })
    // A subscription does not keep the process alive.
    own.unref()
    return own
  }
}

function destroy(client: RedisClient): void {
  if (client.isOpen) client.destroy()
}
