import { inspect } from "node:util"
import type { Milliseconds } from "@larder/core"
import { Login } from "./login.js"
import { parseServerAddress, type ServerAddress } from "./server-address.js"
import { readTls, type TlsOptions } from "./tls-options.js"

export interface MemcachedBackendOptions {
  /**
   * `host:port` of every server; the port is 11211 where there is none. Each key lives on one of them, which all processes
   * must choose alike: give them all the same list. The order makes no difference.
   */
  readonly servers: readonly string[]
  /**
   * How long a request may take, connecting included, in milliseconds; up to a quarter more. After that the connection is
   * given up with everything that waits on it. Default: 1000.
   */
  readonly requestTimeout?: Milliseconds
  /** So many requests may wait for one server; more are rejected at once. A batch counts as one. Default: 10 000. */
  readonly maxPending?: number
  /** The largest value, in bytes. Default: 1 MiB less 1 KiB, what a server that was started without `-I` holds. */
  readonly maxValueBytes?: number
  /**
   * Whom to log in as, on servers that were started with `-Y`, a file of users; with `password`. No spaces and no colons.
   * Default: nobody.
   */
  readonly username?: string
  /** The password of `username`, without spaces. Without `tls` it crosses the network as it is. */
  readonly password?: string
  /**
   * Encrypts the connections, to servers that were started with `-Z`. `true` accepts certificates that Node trusts; options
   * of `tls.connect` can name other authorities (`ca`), a certificate of our own (`cert`, `key`) and so on. Default: false.
   */
  readonly tls?: boolean | TlsOptions
}

/** The options with their defaults, and what is made of them. */
export interface BackendSettings
  extends Required<Pick<MemcachedBackendOptions, "requestTimeout" | "maxPending" | "maxValueBytes">> {
  readonly servers: readonly ServerAddress[]
  readonly login: Login | undefined
  readonly tls: TlsOptions | undefined
}

const names: readonly string[] = [
  "servers",
  "requestTimeout",
  "maxPending",
  "maxValueBytes",
  "username",
  "password",
  "tls",
] satisfies (keyof MemcachedBackendOptions)[]

/** Throws a `TypeError` for what makes no sense. */
export function readOptions(options: MemcachedBackendOptions): BackendSettings {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new TypeError(`MemcachedBackend: unknown option ${unknown}; there are ${names.join(", ")}`)
  }
  const { servers, requestTimeout = 1000, maxPending = 10_000, maxValueBytes = 1024 ** 2 - 1024 } = options
  const { username, password, tls = false } = options
  check(Array.isArray(servers) && servers.length > 0, "servers", "a list of at least one host:port", servers)
  const addresses = servers.map(parseServerAddress)
  const places = addresses.map(({ name }) => name)
  check(new Set(places).size === places.length, "servers", "a list that names each server once", places)
  check(isLimit(requestTimeout, 2 ** 31 - 1), "requestTimeout", "a positive integer of milliseconds", requestTimeout)
  check(isLimit(maxPending), "maxPending", "a positive integer", maxPending)
  check(isLimit(maxValueBytes, 1024 ** 3), "maxValueBytes", "a positive integer up to 1 GiB", maxValueBytes)
  const login = username === undefined && password === undefined ? undefined : new Login(username, password)
  return { servers: addresses, requestTimeout, maxPending, maxValueBytes, login, tls: readTls(tls) }
}

function isLimit(value: unknown, most: number = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= most
}

function check(fits: boolean, name: string, expected: string, value: unknown): void {
  if (!fits) throw new TypeError(`MemcachedBackend: ${name} must be ${expected}, got ${inspect(value)}`)
}
