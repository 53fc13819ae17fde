import type { Milliseconds } from "@larder/core"
import type { Connection } from "./connection.js"
import { givenConnection, type RedisClient } from "./given-client.js"
import { type OpeningLimits, openCluster, openMaster, openServer } from "./open-client.js"
import { RenewingConnection } from "./renewing-connection.js"
import { addressOf, type Server, serverOf } from "./server-url.js"

/** What every connection that the backend opens itself can be told. */
interface OpeningOptions {
  /** Seconds that reaching a server may take, and its greeting again. Default: 2. */
  readonly connectTimeout?: number
  /** A server that leaves a call unanswered for once to twice as many seconds is taken for lost. Default: 5. */
  readonly replyTimeout?: number
}

/** A single server. */
export interface RedisServerOptions extends OpeningOptions {
  /** `redis://user:password@host:port/database`; with `rediss:` over TLS. `valkey:` and `valkeys:` mean the same. */
  readonly url: string
}

/** A cluster. */
export interface RedisClusterOptions extends OpeningOptions {
  /** URLs of some of its servers; they tell of the others. The credentials of the first serve for all. */
  readonly cluster: readonly string[]
}

/** The master that sentinels name, whichever server that is at the time. */
export interface RedisSentinelOptions extends OpeningOptions {
  /** URLs of the sentinels; the port is 26379 where none is named. With `rediss:` the master, too, is reached over TLS. */
  readonly sentinels: readonly string[]
  /** What the sentinels call the master. */
  readonly master: string
  /** The database of the master. Default: 0. */
  readonly database?: number
  readonly username?: string
  readonly password?: string
}

/** A connection that the application has already. */
export interface RedisClientOptions {
  /** A `KeyvRedis`, or a client of node-redis 5, ioredis or iovalkey. It is used, and neither configured nor closed. */
  readonly client: RedisClient
}

/** One of four ways to a store. */
export type RedisBackendOptions = RedisServerOptions | RedisClusterOptions | RedisSentinelOptions | RedisClientOptions

const openingNames = ["connectTimeout", "replyTimeout"]

const namesByWay: Readonly<Record<string, readonly string[]>> = {
  url: ["url", ...openingNames],
  cluster: ["cluster", ...openingNames],
  sentinels: ["sentinels", "master", "database", "username", "password", ...openingNames],
  client: ["client"],
}

/** The connection that the options describe; it opens nothing yet. Throws a `TypeError` for options that make no sense. */
export function connectionOf(options: RedisBackendOptions): Connection {
  checkNames(options)
  if ("client" in options) return givenConnection(options.client)
  const limits: OpeningLimits = {
    connect: millisecondsOf("connectTimeout", options.connectTimeout ?? 2),
    reply: millisecondsOf("replyTimeout", options.replyTimeout ?? 5),
  }
  if ("url" in options) {
    const server = serverOf(options.url)
    return new RenewingConnection(
      `${schemeOf(server)}//${addressOf(server)}/${server.database}`,
      false,
      limits.reply,
      () => openServer(server, limits),
    )
  }
  if ("cluster" in options) {
    const servers = serversOf("cluster", options.cluster)
    if (servers.some(({ database }) => database !== 0)) throw new TypeError("A cluster has no database but 0")
    return new RenewingConnection(`${schemeOf(servers[0])}//${addressesOf(servers)}`, true, limits.reply, () =>
      openCluster(servers, limits),
    )
  }
  const { master, username, password } = options
  const sentinels = serversOf("sentinels", options.sentinels, 26379)
  if (typeof master !== "string" || master === "") {
    throw new TypeError(`master is ${JSON.stringify(master)}, expected what the sentinels call the master: "mymaster"`)
  }
  const access = {
    database: databaseOf(options.database),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  }
  const location = `${schemeOf(sentinels[0])}//${addressesOf(sentinels)}/${access.database}?sentinel=${encodeURIComponent(master)}`
  return new RenewingConnection(location, false, limits.reply, () => openMaster(sentinels, master, access, limits))
}

function checkNames(options: RedisBackendOptions): void {
  const names = typeof options === "object" && options !== null ? Object.keys(options) : []
  const ways = Object.keys(namesByWay).filter((way) => names.includes(way))
  const [way] = ways
  if (way === undefined || ways.length > 1) {
    throw new TypeError(
      `The options name ${ways.length === 0 ? "no store" : ways.join(" and ")}, expected one of ${Object.keys(namesByWay).join(", ")}`,
    )
  }
  const unknown = names.find((name) => !namesByWay[way]?.includes(name))
  if (unknown !== undefined) {
    throw new TypeError(`There is no option ${unknown} beside ${way}, expected ${namesByWay[way]?.join(", ")}`)
  }
}

function serversOf(name: string, urls: readonly string[], defaultPort?: number): readonly [Server, ...Server[]] {
  const [first, ...others] = Array.isArray(urls) ? urls.map((url) => serverOf(url, defaultPort)) : []
  if (first === undefined) throw new TypeError(`${name} names no server, expected a list of URLs: ["redis://host"]`)
  return [first, ...others]
}

function millisecondsOf(name: string, seconds: number): Milliseconds {
  if (!(Number.isFinite(seconds) && seconds > 0 && seconds <= 3600)) {
    throw new TypeError(`${name} is ${seconds}, expected seconds, more than 0 and at most 3600`)
  }
  return Math.ceil(seconds * 1_000)
}

function databaseOf(database = 0): number {
  if (!(Number.isSafeInteger(database) && database >= 0)) {
    throw new TypeError(`database is ${database}, expected an integer from 0 up`)
  }
  return database
}

function schemeOf({ tls }: Server): string {
  return tls ? "rediss:" : "redis:"
}

function addressesOf(servers: readonly Server[]): string {
  return servers.map(addressOf).join(",")
}
