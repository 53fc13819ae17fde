import type { MemcachedBackendOptions } from "./backend-options.js"
import { MemcachedBackend } from "./memcached-backend.js"

const forms =
  "memcached://127.0.0.1:11211, memcached://user:password@one:11211,two:11211?requestTimeout=500&maxPending=1000, or " +
  "memcacheds:// for TLS"
const numbers = ["requestTimeout", "maxPending", "maxValueBytes"] as const

/**
 * Creates the backend that a URL describes: servers separated by commas, preceded by `user:password@` if they require
 * authentication, and `?requestTimeout=` in milliseconds, `?maxPending=` and `?maxValueBytes=`. `memcacheds:` uses TLS.
 * Throws a `TypeError`, which never shows a password, for anything else.
 */
export function fromUrl(url: string): MemcachedBackend {
  const match = typeof url === "string" ? /^memcached(s?):\/\/([^/?#]*)\/?(?:\?([^#]*))?$/i.exec(url) : null
  if (match === null) throw invalid(url, "it is not memcached://, servers and parameters")
  const [, secure, authority = "", query = ""] = match
  // Otherwise part of a password would be read as a server or a parameter, and shown.
  if (query.includes("@")) throw invalid(url, "it has an @ in a parameter; a ? in a password is written %3F")
  const at = authority.lastIndexOf("@")
  const servers = authority.slice(at + 1)
  if (servers === "") throw invalid(url, "it names no server")
  return new MemcachedBackend({
    servers: servers.split(","),
    ...(at === -1 ? {} : credentialsOf(authority.slice(0, at), url)),
    ...limitsOf(new URLSearchParams(query), url),
    tls: secure !== "",
  })
}

function credentialsOf(text: string, url: string): { username: string; password: string } {
  const colon = text.indexOf(":")
  if (colon === -1) throw invalid(url, "it has a user without a password")
  try {
    return { username: decodeURIComponent(text.slice(0, colon)), password: decodeURIComponent(text.slice(colon + 1)) }
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
