import { inspect } from "node:util"
import type { Milliseconds } from "@larder/core"
import type { RedisClient } from "./redis-client.js"

/** Options of a `RedisBus`. */
export interface RedisBusOptions {
  /**
   * A client made by `createClient` of node-redis 5. Only its settings are used: the bus opens two connections of its own,
   * and neither connects nor closes this client.
   */
  readonly client: RedisClient
  /**
   * The pub/sub channel, the same for all handles on one far store. Pub/sub ignores database numbers, so applications that
   * share a server should each have their own. Default: `"larder:tiered"`.
   */
  readonly channel?: string
  /** Seconds to reach the server, and as many again for its greeting. Default: 2. */
  readonly connectTimeout?: number
  /**
   * Seconds for the server to acknowledge a message. When it goes silent, changes under way wait this long; after one to
   * two times as long the connection counts as lost. Default: 1.
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
  if (unknown !== undefined) throw new TypeError(`Unknown option ${unknown}; a RedisBus takes ${names.join(", ")}`)
  const { client, channel = "larder:tiered", connectTimeout = 2, replyTimeout = 1 } = options ?? {}
  const isClient = (["duplicate", "connect", "subscribe", "publish"] as const).every(
    (method) => typeof client?.[method] === "function",
  )
  if (!isClient) {
    // Not the value itself: it may be a URL with a password, or contain one.
    const given = typeof client === "string" ? "a string" : inspect(client, { depth: -1 })
    throw new TypeError(`client must be what createClient of node-redis 5 returns; got ${given}`)
  }
  if (typeof channel !== "string" || channel === "") {
    throw new TypeError(`channel must be a non-empty string; got ${inspect(channel)}`)
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
  throw new TypeError(`${name} must be a number of seconds above 0 and up to 3600; got ${inspect(seconds)}`)
}
