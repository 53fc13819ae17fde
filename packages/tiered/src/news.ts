import { randomUUID } from "node:crypto"
import type { Bus, BusListener, BusMessage, Change } from "./bus.js"
import type { NearStore } from "./near-store.js"

/** Limits of one message; a larger change is split. A character can take six in the JSON of a bus. */
const keysOfMessage = 1_000
const charactersOfMessage = 128 * 1024

/** Publishes the changes of this handle, and applies those of others. */
export class News implements BusListener {
  readonly #origin = randomUUID()
  readonly #bus: Bus | undefined
  readonly #near: NearStore
  readonly #unsubscribe: (() => Promise<void>) | undefined
  #isConnected = false
  readonly #waiting = new Set<() => void>()

  constructor(bus: Bus | undefined, near: NearStore) {
    this.#bus = bus
    this.#near = near
    this.#unsubscribe = bus?.subscribe(this)
  }

  get hasBus(): boolean {
    return this.#bus !== undefined
  }

  /** Resolves when messages of other handles arrive. */
  async connected(): Promise<void> {
    if (!this.#isConnected) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  /** Resolves when the bus has accepted the message, or failed. Never rejects. */
  async tell(change: Change): Promise<void> {
    if (this.#bus === undefined) return
    const changes = "keys" in change ? chunks(change.keys).map((keys) => ({ keys })) : [change]
    // The ttl of near entries bounds the cost of a lost message, so the change itself has not failed.
    await Promise.allSettled(changes.map(async (one) => this.#bus?.publish({ origin: this.#origin, change: one })))
  }

  onMessage({ origin, change }: BusMessage): void {
    if (origin === this.#origin) return
    if ("keys" in change) void this.#near.startChange(change.keys).settle()
    else this.#near.drop(change.prefix)
  }

  onConnected(): void {
    this.#isConnected = true
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
    this.#near.distrust()
  }

  onDisconnected(): void {
    this.#isConnected = false
    this.#near.distrust()
  }

  async close(): Promise<void> {
    await this.#unsubscribe?.()
  }
}

function chunks(keys: readonly string[]): readonly (readonly string[])[] {
  const messages: string[][] = []
  let characters = 0
  for (const key of keys) {
    const latest = messages.at(-1)
    characters += key.length
    if (latest !== undefined && latest.length < keysOfMessage && characters <= charactersOfMessage) latest.push(key)
    else {
      messages.push([key])
      characters = key.length
    }
  }
  return messages
}
