import type { MemcachedBackendOptions } from "./backend-options.js"
import { MemcachedBackend } from "./memcached-backend.js"

const forms =
  "memcached://127.0.0.1:11211, memcached://user:password@one:11211,two:11211?requestTimeout=500&maxPending=1000, " +
  "memcached:///run/memcached.sock, or memcacheds:// for TLS"
const numbers = ["requestTimeout", "maxPending", "maxValueBytes"] as const

/**
 * Creates the backend that a URL describes: servers separated by commas, preceded by `user:password@` if they require
 * authentication, or the path of a Unix socket, and `?requestTimeout=` in milliseconds, `?maxPending=` and
 * `?maxValueBytes=`. `memcacheds:` uses TLS. Throws a `TypeError`, which never shows a password, for anything else.
 */
export function fromUrl(url: string): MemcachedBackend {
  const match = typeof url === "string" ? /^memcached(s?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i.exec(url) : null
  if (match === null) throw invalid(url, "it is not memcached://, servers and parameters")
  const [, secure, authority = "", path = "", query = ""] = match
  // Otherwise part of a password would be read as a path or a parameter, and shown.
  if (`${path}${query}`.includes("@")) {
    throw invalid(url, "it has an @ after the servers; in a password, / is written %2F, ? %3F and # %23")
  }
  const at = authority.lastIndexOf("@")
  return new MemcachedBackend({
    servers: serversOf(authority.slice(at + 1), path, url),
    ...(at === -1 ? {} : credentialsOf(authority.slice(0, at), url)),
    ...limitsOf(new URLSearchParams(query), url),
    tls: secure !== "",
  })
}

/** Without hosts, the path is that of a Unix socket. */
function serversOf(hosts: string, path: string, url: string): readonly string[] {
  const hasPath = path.length > 1
  if (hosts === "" && hasPath) return [unescaped(path, url)]
  if (hosts === "") throw invalid(url, "it names no server")
  if (hasPath) throw invalid(url, "it has a path after its servers")
  return hosts.split(",")
}

function credentialsOf(text: string, url: string): { username: string; password: string } {
  const colon = text.indexOf(":")
  if (colon === -1) throw invalid(url, "it has a user without a password")
  return { username: unescaped(text.slice(0, colon), url), password: unescaped(text.slice(colon + 1), url) }
}

function unescaped(text: string, url: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(url, "it has a % that begins no escaped character")
  }
}

function limitsOf(parameters: URLSearchParams, url: string): Omit<MemcachedBackendOptions, "servers"> {
  const limits: { -readonly [Name in (typeof numbers)[number]]?: number } = {}
  for (const [name, text] of parameters) {
    const known = numbers.find((number) => number === name)
    if (known === undefined) throw invalid(url, `it has no parameter ${JSON.stringify(name)}`)
    if (known in limits) throw invalid(url, `${known} is given twice`)
    if (!/^[1-9]\d*$/.test(text)) throw invalid(url, `${known} is ${JSON.stringify(text)}, expected a positive integer`)
    limits[known] = Number(text)
  }
  return limits
}

function invalid(url: unknown, reason: string): TypeError {
  const shown = typeof url === "string" ? url.replace(/^([^:]*:(?:\/\/)?).*@/s, "$1***@").replace(/\?.*$/s, "") : url
  return new TypeError(`The URL ${JSON.stringify(shown)} names no Memcached servers: ${reason}. Expected ${forms}`)
}
