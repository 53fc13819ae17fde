import { inspect } from "node:util"
import type { Milliseconds } from "@larder/core"
import { Login } from "./login.js"
import { parseServerAddress, type ServerAddress } from "./server-address.js"
import { readTls, type TlsOptions } from "./tls-options.js"

export interface MemcachedBackendOptions {
  /**
   * `host:port` of every server, or `unix:/path` of its socket; the port defaults to 11211. Each key is assigned to one
   * server, so all processes must list the same servers. The order does not matter.
   */
  readonly servers: readonly string[]
  /**
   * Milliseconds that a request may take, including connecting, plus up to a quarter. On timeout the connection is closed, and
   * all requests pending on it fail. Default: 1000.
   */
  readonly requestTimeout?: Milliseconds
  /** Maximum number of pending requests per server; more are rejected at once. A batch counts as one. Default: 10,000. */
  readonly maxPending?: number
  /** The largest value, in bytes. Default: 1 MiB less 1 KiB, which servers started without `-I` accept. */
  readonly maxValueBytes?: number
  /**
   * User name, with `password`, for servers started with `-Y`, a file of users. No spaces or colons. Default: none.
   */
  readonly username?: string
  /** Password, without spaces. Sent in clear text unless you use `tls`. */
  readonly password?: string
  /**
   * Use TLS, for servers started with `-Z`. `true` trusts the same CAs as Node; options of `tls.connect` can set other CAs
   * (`ca`), a client certificate (`cert`, `key`) etc. Default: false.
   */
  readonly tls?: boolean | TlsOptions
}

/** The options with their defaults, parsed. */
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

/** Throws a `TypeError` for invalid options. */
export function readOptions(options: MemcachedBackendOptions): BackendSettings {
  check(typeof options === "object" && options !== null, "options", "an object with servers", options)
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
