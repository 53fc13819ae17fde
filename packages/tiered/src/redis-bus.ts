import { randomUUID } from "node:crypto"
import type { Milliseconds } from "@larder/core"
import type { Bus, BusListener, BusMessage } from "./bus.js"
import { busText, readBusText } from "./bus-text.js"
import { type RedisBusOptions, resolveRedisBusOptions } from "./redis-bus-options.js"
import { RedisLink } from "./redis-link.js"
import { UnsentTexts } from "./unsent-texts.js"
import { within } from "./within.js"

/** The maximum of queued messages, in characters. */
const mostUnsent = 1024 * 1024

const firstPause: Milliseconds = 50
const longestPause: Milliseconds = 2_000

/** After a connection that lasted this long, the backoff starts again. */
const calmPeriod: Milliseconds = 10_000

/**
 * A bus over the pub/sub of Redis or Valkey. It connects when the first backend subscribes, retries until that succeeds,
 * and disconnects when the last one leaves. One bus can serve several backends.
 *
 * Without a connection, messages are queued, at most a megabyte of them, and other handles go on serving their near
 * entries until these expire. The last backend that leaves waits up to `replyTimeout` for queued messages. The bus never
 * ends a process by an error, and does not keep an idle one alive.
 */
export class RedisBus implements Bus {
  readonly #options: ReturnType<typeof resolveRedisBusOptions>
  readonly #listeners = new Set<BusListener>()
  readonly #id = randomUUID()
  /** The queue; beyond the limit, one message for all keys replaces it. */
  readonly #unsent = new UnsentTexts(busText({ sender: this.#id, origin: "", change: { prefix: "" } }), mostUnsent)
  #link: RedisLink | undefined
  #opening: Promise<void> | undefined
  readonly #sending = new Set<Promise<void>>()
  /** How many former listeners wait until their messages are sent. */
  #leaving = 0
  #openedAt = 0
  #attempts = 0
  #timer: NodeJS.Timeout | undefined

  /** Throws a `TypeError` for invalid options. */
  constructor(options: RedisBusOptions) {
    this.#options = resolveRedisBusOptions(options)
  }

  /** Whether messages arrive, as far as the bus knows. */
  get isConnected(): boolean {
    return this.#link !== undefined
  }

  async publish(message: BusMessage): Promise<void> {
    // Listeners in this process are called synchronously.
    for (const listener of [...this.#listeners]) listener.onMessage(message)
    const text = busText({ sender: this.#id, ...message })
    if (this.#link === undefined) this.#unsent.add(text)
    else await this.#send(this.#link, text)
  }

  subscribe(listener: BusListener): () => Promise<void> {
    this.#listeners.add(listener)
    if (this.#link === undefined) this.#open()
    else listener.onConnected()
    return async () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) await this.#leave()
    }
  }

  get #isWanted(): boolean {
    return this.#listeners.size > 0 || this.#leaving > 0
  }

  #open(): void {
    if (this.#opening !== undefined || this.#link !== undefined || this.#timer !== undefined) return
    this.#opening = this.#tryOpening()
  }

  /** Never rejects. */
  async #tryOpening(): Promise<void> {
    try {
      this.#use(
        await RedisLink.open({
          ...this.#options,
          onText: (text) => this.#hear(text),
          onLost: () => this.#lose(),
        }),
      )
    } catch {
      // Listeners know that there is no connection. A failed attempt is not an error of any call.
      this.#retry()
    } finally {
      this.#opening = undefined
    }
  }

  #use(link: RedisLink): void {
    if (!this.#isWanted) {
      link.end()
      return
    }
    this.#link = link
    this.#openedAt = performance.now()
    for (const listener of [...this.#listeners]) listener.onConnected()
    for (const text of this.#unsent.take()) void this.#send(link, text)
  }

  /** Resolves when the server has acknowledged the text, or when it is queued for the next connection. Never rejects. */
  async #send(link: RedisLink, text: string): Promise<void> {
    // It may have been sent; receiving it twice does no harm.
    const sending = link.publish(text).catch(() => this.#unsent.add(text))
    this.#sending.add(sending)
    await sending
    this.#sending.delete(sending)
  }

  #hear(text: string): void {
    const { sender, origin, change } = readBusText(text)
    if (sender === this.#id) return
    for (const listener of [...this.#listeners]) listener.onMessage({ origin, change })
  }

  #lose(): void {
    this.#link = undefined
    if (performance.now() - this.#openedAt > calmPeriod) this.#attempts = 0
    for (const listener of [...this.#listeners]) listener.onDisconnected()
    this.#retry()
  }

  #retry(): void {
    if (this.#listeners.size === 0 || this.#timer !== undefined) return
    const pause = Math.min(firstPause * 2 ** this.#attempts, longestPause)
    this.#attempts += 1
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        void this.#open()
      },
      pause * (0.5 + Math.random() / 2),
    ).unref()
  }

  /**
   * Closes the connection when everything is sent, or the limit is over. A process that writes and exits may not even be
   * connected yet.
   */
  async #leave(): Promise<void> {
    this.#leaving += 1
    // The connection does not keep the process alive; this timer does.
    const awake = setTimeout(() => {}, this.#options.replyLimit)
    // The ttl of near entries bounds the cost of what is lost.
    await within(this.#options.replyLimit, this.#flush()).catch(() => {})
    clearTimeout(awake)
    this.#leaving -= 1
    if (!this.#isWanted) this.#stop()
  }

  async #flush(): Promise<void> {
    if (!this.#unsent.isEmpty) {
      // The next attempt may be further off than the limit.
      this.#cancelRetry()
      this.#open()
      await this.#opening
    }
    await Promise.all(this.#sending)
  }

  #cancelRetry(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #stop(): void {
    this.#cancelRetry()
    this.#link?.end()
    this.#link = undefined
  }
}
