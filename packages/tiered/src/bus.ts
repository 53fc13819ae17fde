/** What a handle changed in the far store: these keys, or all keys that start with the prefix (`""`: every key). */
export type Change = { readonly keys: readonly string[] } | { readonly prefix: string }

/** A message on a bus: which entries changed, never their values. */
export interface BusMessage {
  /** Identifies the handle that made the change, which ignores the message. */
  readonly origin: string
  readonly change: Change
}

/** Receives the messages of a bus. Its methods must not throw. */
export interface BusListener {
  onMessage(message: BusMessage): void
  /** From now on every message arrives; earlier ones may have been lost. */
  onConnected(): void
  /** From now on messages may be lost, or have been for a while already. */
  onDisconnected(): void
}

/** Carries messages about changes to all other handles on the same far store, as far as possible. */
export interface Bus {
  /**
   * Resolves in bounded time: when the message is sent, or queued because there is no connection. The change succeeds
   * even if its message is lost; the ttl of near entries bounds what that costs.
   */
  publish(message: BusMessage): Promise<void>
  /**
   * Calls the listener from now on, first with `onConnected` once there is a connection. The function that it returns
   * ends the subscription, and may wait, for a bounded time, until queued messages are sent. A bus without listeners holds no
   * connection.
   */
  subscribe(listener: BusListener): () => Promise<void>
}
