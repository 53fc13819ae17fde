import type { Milliseconds } from "@larder/core"
import type { RedisClient } from "./redis-client.js"

/** Which server carries the news, and how long it is waited for. */
export interface RedisBusOptions {
  /**
   * A client of the application, made by `createClient` of node-redis 5. It lends its settings and is neither connected nor
   * closed: the bus has two connections of its own.
   */
  readonly client: RedisClient
  /** The channel; handles with the same far store need the same one. Default: `"larder:tiered"`. */
  readonly channel?: string
  /** Seconds that reaching the server may take, and its greeting again. Default: 2. */
  readonly connectTimeout?: number
  /**
   * Seconds that the server may take to answer; a change waits as long for a bus that has gone silent, once. A silence of
   * one to two times as many seconds counts as a lost connection. Default: 1.
   */
  readonly replyTimeout?: number
}

const names = ["client", "channel", "connectTimeout", "replyTimeout"]

/** The options with their defaults. Throws a `TypeError` that says what was expected. */
export function resolveRedisBusOptions(options: RedisBusOptions): {
  readonly client: RedisClient
  readonly channel: string
  readonly connectLimit: Milliseconds
  readonly replyLimit: Milliseconds
} {
  const unknown = Object.keys(options ?? {}).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`There is no option ${unknown}, expected ${names.join(", ")}`)
  const { client, channel = "larder:tiered", connectTimeout = 2, replyTimeout = 1 } = options ?? {}
  const isClient = (["duplicate", "connect", "subscribe", "publish"] as const).every(
    (method) => typeof client?.[method] === "function",
  )
  if (!isClient) throw new TypeError(`client is ${String(client)}, expected what createClient of node-redis 5 makes`)
  if (typeof channel !== "string" || channel === "") {
    throw new TypeError(`channel is ${JSON.stringify(channel)}, expected a text that is not empty`)
  }
  return {
    client,
    channel,
    connectLimit: millisecondsOf("connectTimeout", connectTimeout),
    replyLimit: millisecondsOf("replyTimeout", replyTimeout),
  }
}

function millisecondsOf(name: string, seconds: number): Milliseconds {
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 3600) return Math.ceil(seconds * 1_000)
  throw new TypeError(`${name} is ${String(seconds)}, expected seconds, more than 0 and at most 3600`)
}
