import type { Connection } from "./connection.js"
import { givenLocation } from "./given-location.js"
import { type IoredisClient, type IoredisCluster, ioredisConnection } from "./ioredis.js"
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  type NodeRedisSentinel,
  nodeRedisClusterConnection,
  nodeRedisConnection,
  nodeRedisSentinelConnection,
} from "./node-redis.js"

/** The methods used of a `KeyvRedis` of @keyv/redis 5. */
export interface KeyvRedisClient {
  readonly client: unknown
  getClient(): Promise<unknown>
}

/** A client of the application, of any supported library. */
export type RedisClient =
  | KeyvRedisClient
  | NodeRedisClient
  | NodeRedisCluster
  | NodeRedisSentinel
  | IoredisClient
  | IoredisCluster

const accepted = "a KeyvRedis of @keyv/redis, a client of node-redis 5 or 6, ioredis or iovalkey"

/**
 * A connection through a client that the application owns: it is neither closed nor connected, unless `KeyvRedis` connects
 * by itself. Throws a `TypeError` for anything else.
 */
export function givenConnection(client: RedisClient): Connection {
  if (has(client, "getClient") && "client" in client) return keyvConnection(client as KeyvRedisClient)
  return listening(client, connectionOf(client))
}

function connectionOf(client: unknown): Connection {
  if (has(client, "getBuffer")) return ioredisConnection(withoutKeyPrefix(client as IoredisClient))
  if (has(client, "sendCommand") && has(client, "on")) {
    if (has(client, "getSentinelNode")) return nodeRedisSentinelConnection(client as NodeRedisSentinel)
    if (has(client, "nodeClient")) return nodeRedisClusterConnection(client as NodeRedisCluster)
    return nodeRedisConnection(client as NodeRedisClient)
  }
  throw new TypeError(`client is ${describe(client)}, expected ${accepted}`)
}

/** Keyv connects when its client is first requested; concurrent calls share the attempt. */
function keyvConnection(keyv: KeyvRedisClient): Connection {
  const connection = listening(keyv.client, connectionOf(keyv.client))
  let connecting: Promise<unknown> | undefined
  const connected = (): Promise<unknown> => {
    connecting ??= keyv.getClient().finally(() => {
      connecting = undefined
    })
    return connecting
  }
  const isOpen = (): boolean => (keyv.client as { readonly isOpen?: boolean }).isOpen === true
  return {
    ...connection,
    async send(key, command) {
      if (connecting !== undefined || !isOpen()) await connected()
      return connection.send(key, command)
    },
    async masters() {
      if (connecting !== undefined || !isOpen()) await connected()
      return connection.masters()
    },
  }
}

/** How many connections use each client. They share one listener: with more than ten, Node warns of a leak. */
const connectionsOf = new WeakMap<object, number>()

function ignore(): void {}

/** Without an error listener, a client ends the process when its server restarts. */
function listening(client: unknown, connection: Connection): Connection {
  const emitter = client as NodeRedisClient
  const connections = connectionsOf.get(emitter) ?? 0
  if (connections === 0) emitter.on("error", ignore)
  connectionsOf.set(emitter, connections + 1)
  const location = givenLocation(emitter)
  let isOpen = true
  return {
    ...connection,
    ...(location !== undefined && { location }),
    async close() {
      if (!isOpen) return
      isOpen = false
      const left = (connectionsOf.get(emitter) ?? 0) - 1
      connectionsOf.set(emitter, left)
      if (left === 0) emitter.off("error", ignore)
    },
  }
}

// The client adds it to keys in commands, but not to patterns, and does not remove it from the keys of a scan.
function withoutKeyPrefix(client: IoredisClient): IoredisClient {
  const keyPrefix = client.options?.keyPrefix
  if (keyPrefix) {
    throw new TypeError(
      `client has the keyPrefix ${JSON.stringify(keyPrefix)}, expected none: give the cache a keyPrefix instead`,
    )
  }
  return client
}

function has(client: unknown, method: string): boolean {
  return typeof client === "object" && client !== null && typeof Reflect.get(client, method) === "function"
}

function describe(client: unknown): string {
  if (typeof client !== "object" || client === null) return String(client)
  return `an object of ${client.constructor?.name ?? "no class"}`
}
