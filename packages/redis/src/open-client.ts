import KeyvRedis, { type RedisClientOptions, type RedisClientType, type RedisClusterType } from "@keyv/redis"
import type { Milliseconds } from "@larder/core"
import { textOf } from "./connection.js"
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  nodeRedisClusterConnection,
  nodeRedisConnection,
} from "./node-redis.js"
import { isServerError, type OwnedClient } from "./owned-client.js"
import type { Server } from "./server-url.js"

/** More calls under way than this are refused, so that a server which does not answer fills no memory. */
const callsUnderWay = 100_000

/** How long a server is waited for. */
export interface OpeningLimits {
  /** To be reached, and again to greet. */
  readonly connect: Milliseconds
  /** To answer a call. */
  readonly reply: Milliseconds
}

/** Opens a client to one server. Rejects with the reason when it is not ready in time. */
export async function openServer(server: Server, limits: OpeningLimits): Promise<OwnedClient> {
  const keyv = new KeyvRedis<never>(settingsOf(server, limits))
  const client = keyv.client as RedisClientType
  client.on("error", () => destroyMisread(client))
  let late: Error | undefined
  let greeting: NodeJS.Timeout | undefined
  // Reaching the server has a timeout in the client, its greeting has none there.
  client.once("connect", () => {
    greeting = setTimeout(() => {
      late = new Error(`The server did not answer within ${limits.connect} ms`)
      void destroyServer(keyv)
    }, limits.connect)
  })
  try {
    await opened(keyv)
  } catch (error) {
    throw late ?? error
  } finally {
    clearTimeout(greeting)
  }
  return {
    connection: nodeRedisConnection(client as NodeRedisClient),
    isUsable: () => client.isReady,
    isDoubtedFor: (error) => !client.isReady || isServerError(error, "READONLY"),
    destroy: () => destroyServer(keyv),
  }
}

/** Opens a client to the cluster that these servers belong to; it connects to each of its servers when it needs it. */
export async function openCluster(
  servers: readonly [Server, ...Server[]],
  limits: OpeningLimits,
): Promise<OwnedClient> {
  const { socket, ...settings } = settingsOf(servers[0], limits)
  const keyv = new KeyvRedis<never>({
    rootNodes: servers.map(({ host, port }) => ({ socket: { host, port } })),
    // A server that greets nobody is noticed by nothing else; pings keep connections that idle.
    defaults: { ...settings, pingInterval: limits.reply / 2, socket: { ...socket, socketTimeout: limits.reply } },
    // It also waits for no server that is down.
    minimizeConnections: true,
  })
  const cluster = keyv.client as RedisClusterType
  cluster.on("node-error", (_error: unknown, { host, port }: Pick<Server, "host" | "port">) => {
    destroyMisread(cluster.nodeByAddress.get(`${host}:${port}`)?.client)
  })
  await opened(keyv)
  return {
    connection: nodeRedisClusterConnection(cluster as unknown as NodeRedisCluster),
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
  limits: OpeningLimits,
): Promise<OwnedClient> {
  // A sentinel may name a master that is none any more.
  const openNamed = async (place: Pick<Server, "host" | "port" | "tls">): Promise<OwnedClient> => {
    const client = await openServer({ ...access, ...place }, limits)
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
      return await openNamed(await masterOf(sentinel, name, limits))
    } catch (error) {
      failures.push(error)
    }
  }
  const reasons = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)))
  throw new AggregateError(failures, `No sentinel leads to the master ${JSON.stringify(name)}: ${reasons.join("; ")}`)
}

async function masterOf(
  sentinel: Server,
  name: string,
  limits: OpeningLimits,
): Promise<Pick<Server, "host" | "port" | "tls">> {
  const client = await openServer(sentinel, limits)
  try {
    const address = await client.connection.send("", ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name])
    if (!Array.isArray(address)) throw new Error(`The sentinel knows no master ${JSON.stringify(name)}`)
    const [host, port] = address.map(textOf)
    return { host: String(host), port: Number(port), tls: sentinel.tls }
  } finally {
    await client.destroy()
  }
}

function settingsOf(server: Server, limits: OpeningLimits) {
  const { host, port, tls, database, username, password } = server
  return {
    socket: { host, port, connectTimeout: limits.connect, ...(tls && { tls }), reconnectStrategy: false },
    database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    disableOfflineQueue: true,
    commandsQueueMaxLength: callsUnderWay,
  } satisfies RedisClientOptions
}

/** Connects, and rejects with what the client complained of rather than with Keyv's general word for it. */
async function opened(keyv: KeyvRedis<never>): Promise<void> {
  let complaint: unknown
  keyv.on("error", (error: unknown) => {
    complaint = error
  })
  try {
    await keyv.getClient()
  } catch (error) {
    throw complaint ?? error
  }
}

/** A client that is ready in spite of an error could not read a reply, and would give the next one to the wrong call. */
function destroyMisread(client: Pick<RedisClientType, "isReady" | "destroy"> | undefined): void {
  if (client?.isReady) client.destroy()
}

async function destroyServer(keyv: KeyvRedis<never>): Promise<void> {
  await keyv.disconnect(true)
}

async function destroyCluster(cluster: RedisClusterType): Promise<void> {
  const { masters } = cluster
  // One that is destroyed while it connects would connect for nobody.
  await Promise.allSettled(masters.map(({ connectPromise }) => connectPromise))
  for (const { client } of masters) if (client?.isOpen) client.destroy()
  await cluster.close()
}
