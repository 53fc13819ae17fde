import { randomUUID } from "node:crypto"
import type { Milliseconds } from "@larder/core"
import type { RedisClient } from "./redis-client.js"
import { within } from "./within.js"

/** More messages under way than this are refused. */
const messagesUnderWay = 100_000

export interface RedisLinkOptions {
  /** Lends its settings; it is neither connected nor closed. */
  readonly client: RedisClient
  readonly channel: string
  /** How long reaching the server may take, and its greeting. */
  readonly connectLimit: Milliseconds
  /** How long a message may stay unanswered; also the time between two checks that messages still arrive. */
  readonly replyLimit: Milliseconds
  onText(text: string): void
  /** Called once, when messages may not arrive any more; not when `end` was called. */
  onLost(): void
}

/**
 * One connection that publishes and one that listens, from when messages arrive until the first doubt that they do. It
 * never reconnects.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions
  readonly #publisher: RedisClient
  readonly #subscriber: RedisClient
  /** Only this link listens there, to itself. */
  readonly #ownChannel: string
  /** Those of the clients that have a socket. */
  readonly #reached = new Set<RedisClient>()
  #underWay = 0
  #isHeard = true
  #isEnded = false
  #isOpen = false
  #timer: NodeJS.Timeout | undefined

  private constructor(options: RedisLinkOptions) {
    this.#options = options
    this.#ownChannel = `${options.channel}:${randomUUID()}`
    this.#publisher = this.#newClient()
    this.#subscriber = this.#newClient()
  }

  /** Resolves when messages arrive. Rejects with the reason why they do not. */
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

  /** Rejects, and ends the link, when the server does not say that it has taken the text. */
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
    // Reaching a server has a limit in the client, its greeting has none there.
    const connecting = [this.#publisher, this.#subscriber].map((client) => client.connect())
    await within(2 * connectLimit, Promise.all(connecting))
    const listening = this.#subscriber.subscribe([channel, this.#ownChannel], (text, from) => {
      if (from === this.#ownChannel) this.#isHeard = true
      else if (!this.#isEnded) this.#options.onText(text)
    })
    await within(replyLimit, listening)
    if (this.#isEnded) throw new Error("The connection was lost while it was opened")
    this.#isOpen = true
    this.#timer = setInterval(() => this.#check(), replyLimit).unref()
  }

  /** A connection can go dead without an end: only a message that went round says that others would, too. */
  #check(): void {
    if (this.#isHeard) this.#publish(this.#ownChannel, "").catch(() => {})
    else this.#lose()
    this.#isHeard = false
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
    // One that is closed before it has a socket would keep the one that it gets.
    own.on("connect", () => {
      this.#reached.add(own)
      if (this.#isEnded) setImmediate(destroy, own)
    })
    // To wait for news is no reason for a process to go on.
    own.unref()
    return own
  }
}

function destroy(client: RedisClient): void {
  if (client.isOpen) client.destroy()
}
