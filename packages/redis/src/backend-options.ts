import type { ConnectionOptions } from "node:tls"
import type { Milliseconds } from "@larder/core"
import { readAddressMap } from "./address-map.js"
import type { Connection } from "./connection.js"
import { scriptsOfTurns } from "./entry-scripts.js"
import { givenConnection, type RedisClient } from "./given-client.js"
import { type OpeningSettings, openCluster, openMaster, openServer } from "./open-client.js"
import type { OwnedClient } from "./owned-client.js"
import { RenewingConnection } from "./renewing-connection.js"
import { addressOf, type Server, serverOf } from "./server-url.js"

/** Options of `tls.connect`: `ca`, `cert`, `key`, `servername`, `rejectUnauthorized` etc. The URL says where to connect. */
export type TlsOptions = Omit<ConnectionOptions, "host" | "port" | "path" | "socket" | "lookup" | "timeout">

/** Options of all connections that the backend opens itself. */
interface OpeningOptions {
  /** Seconds to connect to a server, and the same again for the handshake. Default: 2. */
  readonly connectTimeout?: number
  /** Seconds; a server that leaves a call unanswered for one to two times as long is considered lost. Default: 5. */
  readonly replyTimeout?: number
  /** With `rediss:`: the CAs to trust instead of Node's (`ca`), a client certificate (`cert`, `key`) etc. */
  readonly tls?: TlsOptions
}

/** Options of connections to servers that announce the addresses of others. */
interface NamingOptions extends OpeningOptions {
  /**
   * Translates addresses that servers announce to those at which they can be reached, through a tunnel for example:
   * `{ "10.0.0.1:6379": "127.0.0.1:7001" }`. Default: none.
   */
  readonly addressMap?: Readonly<Record<string, string>>
}

/** A single server. */
export interface RedisServerOptions extends OpeningOptions {
  /** `redis://user:password@host:port/database`; `rediss:` for TLS. `valkey:` and `valkeys:` are equivalent. */
  readonly url: string
}

/** A Redis Cluster. */
export interface RedisClusterOptions extends NamingOptions {
  /** URLs of some of its servers, from which the others are discovered. The credentials of the first are used for all. */
  readonly cluster: readonly string[]
}

/** The current master, as reported by Sentinel. */
export interface RedisSentinelOptions extends NamingOptions {
  /** URLs of the sentinels; the port defaults to 26379. With `rediss:`, the master is reached over TLS too. */
  readonly sentinels: readonly string[]
  /** The name of the master. */
  readonly master: string
  /** The database of the master. Default: 0. */
  readonly database?: number
  readonly username?: string
  readonly password?: string
}

/** An existing client of the application. */
export interface RedisClientOptions {
  /** A `KeyvRedis`, or a client of node-redis 5 or 6, ioredis or iovalkey. It is neither configured nor closed. */
  readonly client: RedisClient
}

/** One of four ways to connect. */
export type RedisBackendOptions = RedisServerOptions | RedisClusterOptions | RedisSentinelOptions | RedisClientOptions

const openingNames = ["connectTimeout", "replyTimeout", "tls"]
const namingNames = [...openingNames, "addressMap"]

const namesByWay: Readonly<Record<string, readonly string[]>> = {
  url: ["url", ...openingNames],
  cluster: ["cluster", ...namingNames],
  sentinels: ["sentinels", "master", "database", "username", "password", ...namingNames],
  client: ["client"],
}

/** The connection that the options describe; it opens nothing yet. Throws a `TypeError` for options that make no sense. */
export function connectionOf(options: RedisBackendOptions): Connection {
  checkNames(options)
  if ("client" in options) return givenConnection(options.client)
  const settings: OpeningSettings = {
    connectTimeout: millisecondsOf("connectTimeout", options.connectTimeout ?? 2),
    replyTimeout: millisecondsOf("replyTimeout", options.replyTimeout ?? 5),
    tls: options.tls,
    placeOf: readAddressMap("addressMap" in options ? options.addressMap : undefined),
  }
  if ("url" in options) {
    const server = serverOf(options.url)
    checkTls(options.tls, server)
    const location = `${schemeOf(server)}//${addressOf(server)}/${server.database}`
    return new RenewingConnection(location, false, settings.replyTimeout, async () =>
      withScripts(await openServer(server, settings)),
    )
  }
  if ("cluster" in options) {
    const servers = serversOf("cluster", options.cluster)
    if (servers.some(({ database }) => database !== 0)) throw new TypeError("A cluster has no database but 0")
    checkTls(options.tls, ...servers)
    const location = `${schemeOf(servers[0])}//${addressesOf(servers)}`
    return new RenewingConnection(location, true, settings.replyTimeout, () => openCluster(servers, settings))
  }
  const { master, username, password } = options
  const sentinels = serversOf("sentinels", options.sentinels, 26379)
  checkTls(options.tls, ...sentinels)
  if (typeof master !== "string" || master === "") {
    throw new TypeError(`master is ${JSON.stringify(master)}, expected what the sentinels call the master: "mymaster"`)
  }
  const access = {
    database: databaseOf(options.database),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  }
  const location = `${schemeOf(sentinels[0])}//${addressesOf(sentinels)}/${access.database}?sentinel=${encodeURIComponent(master)}`
  return new RenewingConnection(location, false, settings.replyTimeout, async () =>
    withScripts(await openMaster(sentinels, master, access, settings)),
  )
}

/** A server that restarted has lost them. */
function withScripts(client: OwnedClient): OwnedClient {
  for (const script of scriptsOfTurns) script.load(client.connection)
  return client
}

/** Never shows its content: a key. */
function checkTls(tls: unknown, ...servers: readonly Server[]): void {
  if (tls === undefined) return
  if (typeof tls !== "object" || tls === null) {
    throw new TypeError(`tls is ${tls === null ? "null" : `of type ${typeof tls}`}, expected options of tls.connect`)
  }
  const plain = servers.find((server) => !server.tls)
  if (plain !== undefined)
    throw new TypeError(`tls is given for ${addressOf(plain)}, whose URL does not begin with rediss:`)
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
