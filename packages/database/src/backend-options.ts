import { inspect } from "node:util"
import type { Milliseconds } from "@larder/core"
import type { KeyvSqliteAdapter } from "./keyv-sqlite-client.js"
import type { MysqlPool } from "./mysql-client.js"
import type { PostgresPool } from "./postgres-client.js"
import type { SqliteClient } from "./sqlite-client.js"

/** A client that the backend can use. It stays yours: the backend neither configures nor closes it. */
export type DatabaseClient = SqliteClient | KeyvSqliteAdapter | PostgresPool | MysqlPool

export interface DatabaseBackendOptions {
  /**
   * A database of better-sqlite3 or `node:sqlite`, an adapter of `@keyv/sqlite`, a `Pool` of `pg`, or a pool of
   * `mysql2/promise`.
   */
  readonly client: DatabaseClient
  /** The table, `name` or `schema.name`. Default: `"larder_cache"`. */
  readonly table?: string
  /** About how many entries to keep. Default: 100 000. */
  readonly maxEntries?: number
  /** SQLite only: the clock for expiry, in Unix milliseconds. Default: `Date.now`. A server uses its own clock. */
  readonly now?: () => number
  /**
   * MySQL only: milliseconds after which a statement fails and its connection is discarded. Default: 30 000. For `pg`, set
   * the `query_timeout` of the pool.
   */
  readonly statementTimeout?: Milliseconds
  /** Called once by `close()`, to close a client that only this backend uses. Default: the client stays open. */
  readonly release?: () => unknown
}

const names: readonly string[] = [
  "client",
  "table",
  "maxEntries",
  "now",
  "statementTimeout",
  "release",
] satisfies (keyof DatabaseBackendOptions)[]

/** Checks the options and adds the defaults. Throws a `TypeError` for an unknown or invalid option. */
export function readOptions(options: DatabaseBackendOptions): Required<DatabaseBackendOptions> {
  check(typeof options === "object" && options !== null, "options", "an object with a client", options)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new TypeError(`DatabaseBackend: unknown option ${unknown}; there are ${names.join(", ")}`)
  }
  const {
    client,
    table = "larder_cache",
    maxEntries = 100_000,
    now = Date.now,
    release = leaveOpen,
    statementTimeout = 30_000,
  } = options
  check(isPositive(maxEntries), "maxEntries", "a positive integer", maxEntries)
  check(isPositive(statementTimeout), "statementTimeout", "a positive integer", statementTimeout)
  check(typeof now === "function", "now", "a function that returns milliseconds", now)
  check(typeof release === "function", "release", "a function", release)
  return { client, table, maxEntries, now, release, statementTimeout }
}

function leaveOpen(): void {}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0
}

function check(isValid: boolean, name: string, expected: string, value: unknown): void {
  if (!isValid) throw new TypeError(`DatabaseBackend: ${name} must be ${expected}, got ${inspect(value)}`)
}
