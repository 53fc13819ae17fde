import { inspect } from "node:util"
import type { Milliseconds } from "@larder/core"
import type { KeyvSqliteAdapter } from "./keyv-sqlite-client.js"
import type { MysqlPool } from "./mysql-client.js"
import type { PostgresPool } from "./postgres-client.js"
import type { SqliteClient } from "./sqlite-client.js"

/** A client that the backend can work with. It stays its owner's: the backend neither configures nor closes it. */
export type DatabaseClient = SqliteClient | KeyvSqliteAdapter | PostgresPool | MysqlPool

export interface DatabaseBackendOptions {
  /**
   * A database of better-sqlite3 or `node:sqlite`, an adapter of `@keyv/sqlite`, a `Pool` of `pg`, or a pool of
   * `mysql2/promise`.
   */
  readonly client: DatabaseClient
  /** The table, `name` or `schema.name`. Default: `"larder_cache"`. */
  readonly table?: string
  /** So many entries are kept, approximately. Default: 100 000. */
  readonly maxEntries?: number
  /** SQLite only: the clock that entries expire by, in Unix milliseconds. Default: `Date.now`. Servers have their own. */
  readonly now?: () => number
  /**
   * MySQL only: a statement that takes longer, in milliseconds, fails, and its connection is thrown away. Default: 30 000.
   * A pool of `pg` has `query_timeout`.
   */
  readonly statementTimeout?: Milliseconds
  /** Run once by `close()`, to end a client that serves this backend alone. Default: the client is left as it is. */
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

/** The options with their defaults. Throws a `TypeError` for what makes no sense. */
export function readOptions(options: DatabaseBackendOptions): Required<DatabaseBackendOptions> {
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
  check(typeof now === "function", "now", "a function that answers milliseconds", now)
  check(typeof release === "function", "release", "a function", release)
  return { client, table, maxEntries, now, release, statementTimeout }
}

function leaveOpen(): void {}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0
}

function check(fits: boolean, name: string, expected: string, value: unknown): void {
  if (!fits) throw new TypeError(`DatabaseBackend: ${name} must be ${expected}, got ${inspect(value)}`)
}
