import { inspect } from "node:util"

const defaultPort = 11211
const form = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@,[\]?#]+))(?::(\d{1,5}))?$/i

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  /** `host:port`, always with a port. Keys are assigned by it. */
  readonly name: string
}

/** Reads `127.0.0.1:11211`, `cache.example`, `[::1]:11211`. Throws a `TypeError` for anything else. */
export function parseServerAddress(text: string): ServerAddress {
  const [, address, hostname, digits] = (typeof text === "string" ? form.exec(text) : null) ?? []
  const host = address ?? hostname
  const port = digits === undefined ? defaultPort : Number(digits)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new TypeError(`A Memcached server is host:port, such as 127.0.0.1:11211 or [::1]:11211; got ${shown(text)}`)
  }
  return { host, port, name: `${address === undefined ? host : `[${host}]`}:${port}` }
}

/** Without what precedes an @: it may be a password. */
function shown(text: unknown): string {
  return inspect(typeof text === "string" ? text.replace(/^.*@/s, "***@") : text)
}
