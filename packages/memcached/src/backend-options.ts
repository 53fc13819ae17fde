import { inspect } from "node:util"
import type { Milliseconds } from "@larder/core"
import { parseServerAddress, type ServerAddress } from "./server-address.js"

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
}

/** The options with their defaults, and the servers parsed. */
export interface BackendSettings extends Required<Omit<MemcachedBackendOptions, "servers">> {
  readonly servers: readonly ServerAddress[]
}

/** Throws a `TypeError` for what makes no sense. */
export function readOptions(options: MemcachedBackendOptions): BackendSettings {
  const { servers, requestTimeout = 1000, maxPending = 10_000, maxValueBytes = 1024 ** 2 - 1024 } = options
  check(Array.isArray(servers) && servers.length > 0, "servers", "a list of at least one host:port", servers)
  const addresses = servers.map(parseServerAddress)
  const names = addresses.map(({ name }) => name)
  check(new Set(names).size === names.length, "servers", "a list that names each server once", names)
  check(isLimit(requestTimeout, 2 ** 31 - 1), "requestTimeout", "a positive integer of milliseconds", requestTimeout)
  check(isLimit(maxPending), "maxPending", "a positive integer", maxPending)
  check(isLimit(maxValueBytes, 1024 ** 3), "maxValueBytes", "a positive integer up to 1 GiB", maxValueBytes)
  return { servers: addresses, requestTimeout, maxPending, maxValueBytes }
}

function isLimit(value: unknown, most: number = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= most
}

function check(fits: boolean, name: string, expected: string, value: unknown): void {
  if (!fits) throw new TypeError(`MemcachedBackend: ${name} must be ${expected}, got ${inspect(value)}`)
}
