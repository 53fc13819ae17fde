import { isIP } from "node:net"
import type { ConnectionOptions } from "node:tls"
import KeyvRedis, { type RedisClientOptions, type RedisClientType, type RedisClusterType } from "@keyv/redis"
import type { Milliseconds } from "@larder/core"
import type { AddressMap, Place } from "./address-map.js"
import { textOf } from "./connection.js"
import { nodeRedisClusterConnection, nodeRedisConnection } from "./node-redis.js"
import { isServerError, type OwnedClient } from "./owned-client.js"
import type { Server } from "./server-url.js"

/** More pending calls are rejected, so that a server that does not respond does not fill memory. */
const callsUnderWay = 100_000

type SocketOptions = Place | (ConnectionOptions & Place & { readonly tls: true })

/** How servers are reached. */
export interface OpeningSettings {
  /** How long to wait for a connection, and again for the greeting. */
  readonly connectTimeout: Milliseconds
  /** How long to wait for the reply to a call. */
  readonly replyTimeout: Milliseconds
  /** Options of `tls.connect` for servers that are reached over TLS. */
  readonly tls: ConnectionOptions | undefined
  /** For servers that other servers announce. */
  readonly placeOf: AddressMap
}

/** Opens a client to one server. Rejects with the reason if it is not ready in time. */
export async function openServer(server: Server, settings: OpeningSettings): Promise<OwnedClient> {
  const { connectTimeout } = settings
  const keyv = new KeyvRedis<never>(clientOptionsOf(server, settings))
  const client = keyv.client as RedisClientType
  let isGreeting = true
  // An unreadable greeting would be awaited in vain.
  client.on("error", () => (isGreeting && client.isOpen ? client.destroy() : destroyMisread(client)))
  let late: Error | undefined
  let greeting: NodeJS.Timeout | undefined
  // The client has a timeout for connecting, but none for the greeting.
  client.once("connect", () => {
    greeting = setTimeout(() => {
      late = new Error(`The server did not answer within ${connectTimeout} ms`)
      void destroyServer(keyv)
    }, connectTimeout)
  })
  try {
    await opened(keyv)
  } catch (error) {
    throw late ?? error
  } finally {
    isGreeting = false
    clearTimeout(greeting)
  }
  return {
    connection: nodeRedisConnection(client),
    isUsable: () => client.isReady,
    isDoubtedFor: (error) => !client.isReady || isServerError(error, "READONLY"),
    destroy: () => destroyServer(keyv),
  }
}

/** Opens a client to the cluster of these servers; it connects to each server on demand. */
export async function openCluster(
  servers: readonly [Server, ...Server[]],
  settings: OpeningSettings,
): Promise<OwnedClient> {
  const [{ tls }] = servers
  const { connectTimeout, replyTimeout, placeOf } = settings
  const { socket, ...defaults } = clientOptionsOf(servers[0], settings)
  const socketTo = (place: Place) => socketOf(place, tls, settings)
  const keyv = new KeyvRedis<never>({
    rootNodes: servers.map((server) => ({ socket: { ...socketTo(server), socketTimeout: connectTimeout } })),
    nodeAddressMap: (address: string) => {
      const colon = address.lastIndexOf(":")
      return socketTo(placeOf({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }))
    },
    // Nothing else notices a server that never greets; pings keep idle connections open.
    defaults: {
      ...defaults,
      pingInterval: replyTimeout / 2,
      socket: { ...socket, socketTimeout: Math.max(connectTimeout, replyTimeout) },
    },
    // It also does not wait for servers that are down.
    minimizeConnections: true,
  })
  const cluster = keyv.client as RedisClusterType
  cluster.on("node-error", (_error: unknown, { host, port }: Place) => {
    for (const node of cluster.nodeByAddress.values()) {
      const place = placeOf(node)
      if (place.host === host && place.port === port) destroyMisread(node.client)
    }
  })
  await opened(keyv)
  return {
    connection: nodeRedisClusterConnection(cluster),
    isUsable: () => true,
    isDoubtedFor: (error) => !isServerError(error),
    destroy: () => destroyCluster(cluster),
  }
}

/** Opens a client to the master that one of the sentinels names. */
export async function openMaster(
  sentinels: readonly Server[],
  name: string,
  access: Pick<Server, "database" | "username" | "password">,
  settings: OpeningSettings,
): Promise<OwnedClient> {
  // A sentinel may name a server that is no longer the master.
  const openNamed = async (place: Place, tls: boolean): Promise<OwnedClient> => {
    const client = await openServer({ ...access, ...settings.placeOf(place), tls }, settings)
    try {
      const [role] = (await client.connection.send("", ["ROLE"])) as readonly Buffer[]
      if (textOf(role) !== "master") throw new Error(`${place.host}:${place.port} is a ${textOf(role)}`)
      return client
    } catch (error) {
      await client.destroy()
      throw error
    }
  }
  const failures: unknown[] = []
  for (const sentinel of sentinels) {
    try {
      return await openNamed(await masterOf(sentinel, name, settings), sentinel.tls)
    } catch (error) {
      failures.push(error)
    }
  }
  const reasons = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)))
  throw new AggregateError(failures, `No sentinel leads to the master ${JSON.stringify(name)}: ${reasons.join("; ")}`)
}

async function masterOf(sentinel: Server, name: string, settings: OpeningSettings): Promise<Place> {
  const client = await openServer(sentinel, settings)
  try {
    const address = await client.connection.send("", ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name])
    if (!Array.isArray(address)) throw new Error(`The sentinel knows no master ${JSON.stringify(name)}`)
    const [host, port] = address.map(textOf)
    return { host: String(host), port: Number(port) }
  } finally {
    await client.destroy()
  }
}

function clientOptionsOf(server: Server, settings: OpeningSettings) {
  const { tls, database, username, password } = server
  return {
    socket: { ...socketOf(server, tls, settings), connectTimeout: settings.connectTimeout, reconnectStrategy: false },
    database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    disableOfflineQueue: true,
    commandsQueueMaxLength: callsUnderWay,
  } satisfies RedisClientOptions
}

function socketOf({ host, port }: Place, tls: boolean, settings: OpeningSettings): SocketOptions {
  if (!tls) return { host, port }
  // SNI: a server with several names needs it to choose the certificate. It does not allow IP addresses.
  return { ...(isIP(host) === 0 && { servername: host }), ...settings.tls, host, port, tls }
}

/** Connects, and rejects with the first error that the client emitted: later ones are less specific. */
async function opened(keyv: KeyvRedis<never>): Promise<void> {
  let complaint: unknown
  keyv.on("error", (error: unknown) => {
    complaint ??= error
  })
  try {
    await keyv.getClient()
  } catch (error) {
    throw complaint ?? error
  }
}

/** A client that stays ready after an error could not parse a reply, and would match the next one to the wrong call. */
function destroyMisread(client: Pick<RedisClientType, "isReady" | "destroy"> | undefined): void {
  if (client?.isReady) client.destroy()
}

async function destroyServer(keyv: KeyvRedis<never>): Promise<void> {
  await keyv.disconnect(true)
}

async function destroyCluster(cluster: RedisClusterType): Promise<void> {
  const { masters } = cluster
  // A client destroyed while connecting would connect all the same.
  await Promise.allSettled(masters.map(({ connectPromise }) => connectPromise))
  for (const { client } of masters) if (client?.isOpen) client.destroy()
  await cluster.close()
}
