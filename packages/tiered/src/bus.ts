/** What a handle changed in the far store: these entries, or all whose keys start with the prefix (`""`: every one). */
export type Change = { readonly keys: readonly string[] } | { readonly prefix: string }

/** What goes over a bus: which entries changed, never what they hold. */
export interface BusMessage {
  /** The handle that made the change, which has no use for the message. */
  readonly origin: string
  readonly change: Change
}

/** Who hears of a bus. None of its methods throws. */
export interface BusListener {
  onMessage(message: BusMessage): void
  /** From now on every message arrives; some before may not have. */
  onConnected(): void
  /** Messages may be lost from now on, or have been for a while. */
  onDisconnected(): void
}

/** Carries the news of changes to every other handle on the same far store, as far as it can. */
export interface Bus {
  /**
   * Resolves when the message is handed over, or kept for later because there is no connection; in bounded time. A
   * message that is lost is no error of the change: the ttl of near entries bounds what that costs.
   */
  publish(message: BusMessage): Promise<void>
  /**
   * Tells the listener everything from now on, first of a connection once there is one. What is answered ends that; a
   * bus with no listener holds no connection.
   */
  subscribe(listener: BusListener): () => Promise<void>
}
