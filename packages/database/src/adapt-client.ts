import type { Milliseconds } from "@larder/core"
import type { DatabaseClient } from "./backend-options.js"
import type { Connection } from "./connection.js"
import type { Dialect } from "./dialect.js"
import { type KeyvSqliteAdapter, KeyvSqliteConnection } from "./keyv-sqlite-client.js"
import { MysqlConnection, type MysqlPool } from "./mysql-client.js"
import { mysqlDialect } from "./mysql-dialect.js"
import { PostgresConnection, type PostgresPool } from "./postgres-client.js"
import { postgresDialect } from "./postgres-dialect.js"
import { type SqliteClient, SqliteConnection } from "./sqlite-client.js"
import { sqliteDialect } from "./sqlite-dialect.js"

const accepted =
  "a database of better-sqlite3 or node:sqlite, an adapter of @keyv/sqlite, a Pool of pg, or a pool of mysql2/promise"

/** The hexadecimal digits of a value must fit into a string. */
const keyvSqliteDialect: Dialect = { ...sqliteDialect, maxValueBytes: 2 ** 27 }

/** Wraps a client of any supported library. Throws a `TypeError` for anything else. */
export function adaptClient(
  client: DatabaseClient,
  statementTimeout: Milliseconds,
): { connection: Connection; dialect: Dialect } {
  if (isSqlite(client)) return { connection: new SqliteConnection(client), dialect: sqliteDialect }
  if (isKeyvSqlite(client)) return { connection: new KeyvSqliteConnection(client), dialect: keyvSqliteDialect }
  if (isPostgres(client)) return { connection: new PostgresConnection(client), dialect: postgresDialect }
  if (isMysql(client)) return { connection: new MysqlConnection(client, statementTimeout), dialect: mysqlDialect }
  throw new TypeError(`DatabaseBackend: client must be ${accepted}, got ${describe(client)}`)
}

function isSqlite(client: DatabaseClient): client is SqliteClient {
  return has(client, "prepare") && has(client, "exec")
}

function isKeyvSqlite(client: DatabaseClient): client is KeyvSqliteAdapter {
  return has(client, "query") && typeof field(field(client, "opts"), "db") === "string"
}

function isPostgres(client: DatabaseClient): client is PostgresPool {
  if (!has(client, "query") || has(client, "getConnection") || field(client, "totalCount") === undefined) return false
  return !isNative(client)
}

/** Whether the pool is one of `pg.native`, which sends bytes as text: values would be stored up to their first zero byte. */
function isNative(pool: unknown): boolean {
  const prototype = field(field(pool, "Client"), "prototype")
  return prototype !== undefined && !has(prototype, "escapeLiteral")
}

function isMysql(client: DatabaseClient): client is MysqlPool {
  return has(client, "getConnection") && !has(client, "promise") && typeof field(client, "pool") === "object"
}

function has(client: unknown, method: string): boolean {
  return typeof field(client, method) === "function"
}

function field(client: unknown, name: string): unknown {
  return client == null ? undefined : Reflect.get(Object(client), name)
}

/** Does not show the contents: clients hold passwords. */
function describe(client: unknown): string {
  if (typeof client !== "object" || client === null)
    return `a value of type ${client === null ? "null" : typeof client}`
  if (has(client, "promise")) return "a pool or connection with callbacks: import it from mysql2/promise"
  if (isNative(client)) return "a pool of pg.native, which sends bytes as text: use the Pool of pg itself"
  return `an object of class ${client.constructor?.name || "without a name"}`
}
