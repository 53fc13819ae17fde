import type { Bus, BusListener, BusMessage } from "./bus.js"

/** The bus of handles in one process. Who publishes returns when every listener has heard of it. */
export class MemoryBus implements Bus {
  readonly #listeners = new Set<BusListener>()
  #isConnected = true

  async publish(message: BusMessage): Promise<void> {
    if (!this.#isConnected) return
    for (const listener of [...this.#listeners]) listener.onMessage(message)
  }

  subscribe(listener: BusListener): () => Promise<void> {
    this.#listeners.add(listener)
    if (this.#isConnected) listener.onConnected()
    return async () => {
      this.#listeners.delete(listener)
    }
  }

  /** For tests: messages are lost from now on, and every listener is told that they are. */
  disconnect(): void {
    if (!this.#isConnected) return
    this.#isConnected = false
    for (const listener of [...this.#listeners]) listener.onDisconnected()
  }

  /** For tests: ends what `disconnect` began. */
  connect(): void {
    if (this.#isConnected) return
    this.#isConnected = true
    for (const listener of [...this.#listeners]) listener.onConnected()
  }
}
