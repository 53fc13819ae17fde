import { randomUUID } from "node:crypto"
import type { Bus, BusListener, BusMessage, Change } from "./bus.js"
import type { NearStore } from "./near-store.js"

/** More keys go in several messages. */
const keysOfMessage = 1_000

/** What this handle tells others of its changes, and what it makes of theirs. */
export class News implements BusListener {
  readonly #origin = randomUUID()
  readonly #bus: Bus | undefined
  readonly #near: NearStore
  readonly #unsubscribe: (() => Promise<void>) | undefined

  constructor(bus: Bus | undefined, near: NearStore) {
    this.#bus = bus
    this.#near = near
    this.#unsubscribe = bus?.subscribe(this)
  }

  /** Resolves when the bus has taken it, or failed to. Never rejects. */
  async tell(change: Change): Promise<void> {
    if (this.#bus === undefined) return
    const changes = "keys" in change ? chunks(change.keys).map((keys) => ({ keys })) : [change]
    // What a bus fails at is bounded by the ttl of near entries, and no reason to call a change failed.
    await Promise.allSettled(changes.map(async (one) => this.#bus?.publish({ origin: this.#origin, change: one })))
  }

  onMessage({ origin, change }: BusMessage): void {
    if (origin === this.#origin) return
    void ("keys" in change ? this.#near.startChange(change.keys) : this.#near.startClear(change.prefix)).settle()
  }

  onConnected(): void {
    this.#near.distrust()
  }

  onDisconnected(): void {
    this.#near.distrust()
  }

  async close(): Promise<void> {
    await this.#unsubscribe?.()
  }
}

function chunks(keys: readonly string[]): readonly (readonly string[])[] {
  const starts = Array.from({ length: Math.ceil(keys.length / keysOfMessage) }, (_, index) => index * keysOfMessage)
  return starts.map((start) => keys.slice(start, start + keysOfMessage))
}
