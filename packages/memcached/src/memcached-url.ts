import type { MemcachedBackendOptions } from "./backend-options.js"
import { MemcachedBackend } from "./memcached-backend.js"

const forms = "memcached://127.0.0.1:11211 or memcached://one:11211,two:11211?requestTimeout=500&maxPending=1000"
const numbers = ["requestTimeout", "maxPending", "maxValueBytes"] as const

/**
 * The backend that a URL describes: servers with commas between them, `?requestTimeout=` in milliseconds, `?maxPending=`
 * and `?maxValueBytes=`. Throws a `TypeError` for anything else, credentials included.
 */
export function fromUrl(url: string): MemcachedBackend {
  const match = typeof url === "string" ? /^memcached:\/\/([^/?#]*)\/?(?:\?([^#]*))?$/i.exec(url) : null
  if (match === null) throw invalid(url, "it is not memcached://, servers and parameters")
  const [, servers = "", query = ""] = match
  if (servers === "") throw invalid(url, "it names no server")
  if (servers.includes("@")) throw invalid(url, "it has credentials, and authentication is not supported")
  return new MemcachedBackend({ servers: servers.split(","), ...limitsOf(new URLSearchParams(query), url) })
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
  const shown = typeof url === "string" ? url.replace(/\/\/.*@/s, "//***@") : url
  return new TypeError(`The URL ${JSON.stringify(shown)} names no Memcached servers: ${reason}. Expected ${forms}`)
}
