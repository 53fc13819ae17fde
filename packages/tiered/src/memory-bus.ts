import type { Bus, BusListener, BusMessage } from "./bus.js"

/** A bus between handles in one process. `publish` resolves when every listener has been called. */
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

  /** For tests: from now on messages are lost, and every listener is told so. */
  disconnect(): void {
    if (!this.#isConnected) return
    this.#isConnected = false
    for (const listener of [...this.#listeners]) listener.onDisconnected()
  }

  /** For tests: undoes `disconnect`. */
  connect(): void {
    if (this.#isConnected) return
    this.#isConnected = true
    for (const listener of [...this.#listeners]) listener.onConnected()
  }
}
