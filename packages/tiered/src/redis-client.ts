/** What the bus uses of a client made by `createClient` of node-redis 5. */
export interface RedisClient {
  readonly isOpen: boolean
  readonly options?: { readonly socket?: object } | undefined
  duplicate(overrides: RedisClientOverrides): RedisClient
  connect(): Promise<unknown>
  destroy(): void
  ref(): void
  unref(): void
  publish(channel: string, message: string): Promise<unknown>
  subscribe(channels: string | string[], listener: (message: string, channel: string) => unknown): Promise<unknown>
  on(event: "connect" | "end" | "error", listener: (...details: unknown[]) => void): unknown
}

/** How the clients of the bus differ from that of the application: no queues, and no automatic reconnection. */
interface RedisClientOverrides {
  readonly socket: never
  readonly disableOfflineQueue: true
  readonly commandsQueueMaxLength: number
}
