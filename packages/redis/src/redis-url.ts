import type { RedisServerOptions } from "./backend-options.js"
import { RedisBackend } from "./redis-backend.js"
import { misplacedAt, serverOf, withoutCredentials } from "./server-url.js"

const forms =
  "redis://user:password@host:port/database, redis://host:port,host:port?cluster or " +
  "redis://host:port,host:port/database?sentinel=mymaster, with ?connectTimeout=seconds&replyTimeout=seconds"

/**
 * Creates the backend that a URL describes: a single server, the servers of a cluster with `?cluster`, or the sentinels of
 * a master with `?sentinel=name`. Several servers without either are a cluster. `rediss:`, `valkey:` and `valkeys:` as in
 * `url`. Throws a `TypeError`, which never shows a password, for anything else.
 */
export function fromUrl(url: string): RedisBackend {
  const parts = typeof url === "string" ? /^(?:([a-z]+:)\/\/)([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i.exec(url) : null
  if (parts === null) throw invalid(url, "it is no such URL")
  const [, scheme = "", authority = "", path = "", query = ""] = parts
  if (`${path}${query}`.includes("@")) throw invalid(url, misplacedAt)
  const { cluster, sentinel, timeouts } = parametersOf(new URLSearchParams(query), url)
  const at = authority.lastIndexOf("@")
  const credentials = authority.slice(0, at + 1)
  const hosts = authority.slice(at + 1).split(",")
  if (sentinel !== undefined) {
    if (cluster) throw invalid(url, "it names a cluster and a sentinel")
    // Credentials in a URL are those of the master: sentinels rarely require any.
    const { username, password } = serverOf(`${scheme}//${credentials}${hosts[0]}`)
    return new RedisBackend({
      sentinels: hosts.map((host) => `${scheme}//${host}`),
      master: sentinel,
      database: databaseOf(path, url),
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...timeouts,
    })
  }
  const urls = hosts.map((host) => `${scheme}//${credentials}${host}${path}`)
  if (cluster || urls.length > 1) return new RedisBackend({ cluster: urls, ...timeouts })
  return new RedisBackend({ url: urls.join(), ...timeouts })
}

type Timeouts = Pick<RedisServerOptions, "connectTimeout" | "replyTimeout">

interface Parameters {
  readonly cluster: boolean
  readonly sentinel?: string
  readonly timeouts: Timeouts
}

function parametersOf(parameters: URLSearchParams, url: string): Parameters {
  let [cluster, sentinel, timeouts]: [boolean, string | undefined, Timeouts] = [false, undefined, {}]
  for (const [name, text] of parameters) {
    if (parameters.getAll(name).length > 1) throw invalid(url, `${name} is given twice`)
    if (name === "cluster") {
      if (text !== "") throw invalid(url, `cluster is ${JSON.stringify(text)}, expected no value`)
      cluster = true
    } else if (name === "sentinel") sentinel = text
    else if (name === "connectTimeout" || name === "replyTimeout") {
      if (!/^\d+(\.\d+)?$/.test(text)) throw invalid(url, `${name} is ${JSON.stringify(text)}, expected seconds`)
      timeouts = { ...timeouts, [name]: Number(text) }
    } else throw invalid(url, `it has no parameter ${JSON.stringify(name)}`)
  }
  return { cluster, timeouts, ...(sentinel !== undefined && { sentinel }) }
}

function databaseOf(path: string, url: string): number {
  const database = /^\/(\d{0,9})$/.exec(path || "/")?.[1]
  if (database === undefined) throw invalid(url, `its database is ${JSON.stringify(path.slice(1))}, expected a number`)
  return Number(database)
}

function invalid(url: unknown, reason: string): TypeError {
  return new TypeError(`The URL ${withoutCredentials(url)} names no Redis: ${reason}. Expected ${forms}`)
}
