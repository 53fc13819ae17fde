import { inspect } from "node:util"

const defaultPort = 11211
const form = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@,[\]?#]+))(?::(\d{1,5}))?$/i

/** Where a server listens: at a port, or at the path of a Unix socket. */
export type ServerPlace = { readonly host: string; readonly port: number } | { readonly path: string }

export interface ServerAddress {
  readonly place: ServerPlace
  /** `host:port`, always with a port, or the path. Keys are assigned by it. */
  readonly name: string
}

/**
 * Reads `127.0.0.1:11211`, `cache.example`, `[::1]:11211`, `unix:/run/memcached.sock`. Throws a `TypeError` for anything
 * else.
 */
export function parseServerAddress(text: string): ServerAddress {
  const path = typeof text === "string" ? /^(?:unix:)?(\/.+)$/s.exec(text)?.[1] : undefined
  if (path !== undefined) return { place: { path }, name: path }
  const [, address, hostname, digits] = (typeof text === "string" ? form.exec(text) : null) ?? []
  const host = address ?? hostname
  const port = digits === undefined ? defaultPort : Number(digits)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new TypeError(
      `A Memcached server is host:port, such as 127.0.0.1:11211 or [::1]:11211, or the path of a Unix socket, such as ` +
        `unix:/run/memcached.sock; got ${shown(text)}`,
    )
  }
  return { place: { host, port }, name: `${address === undefined ? host : `[${host}]`}:${port}` }
}

/** Without what precedes an @: it may be a password. */
function shown(text: unknown): string {
  return inspect(typeof text === "string" ? text.replace(/^.*@/s, "***@") : text)
}
