import { DatabaseBackend } from "./database-backend.js"
import { readDatabaseUrl } from "./database-url.js"
import { type OpenClient, serverTimeouts } from "./open-client.js"
import { openMysql } from "./open-mysql.js"
import { openPostgres } from "./open-postgres.js"
import { openSqlite } from "./open-sqlite.js"
import { loadTls } from "./tls-request.js"

/**
 * Creates the backend for a URL: `sqlite:./cache.db`, `postgres://user:password@host/database`, `mysql://…` or
 * `mariadb://…`, each with `?table=` and `?maxEntries=`, and for servers `?sslmode=` and the like. Imports the client, which
 * `close()` closes. `createTable()` creates a missing SQLite file. Rejects with a `TypeError` for an invalid URL, with an
 * `Error` that says what to install if the client is missing, and with a `DatabaseError` if a SQLite file cannot be opened.
 */
export async function fromUrl(url: string): Promise<DatabaseBackend> {
  const { target, options } = readDatabaseUrl(url)
  const opened = await open(target)
  try {
    return new DatabaseBackend({ ...options, ...opened })
  } catch (error) {
    await opened.release()
    throw error
  }
}

async function open(target: ReturnType<typeof readDatabaseUrl>["target"]): Promise<OpenClient> {
  if (target.kind === "sqlite") return openSqlite(target.path)
  const tls = target.tls && (await loadTls(target.tls))
  const openServer = target.kind === "postgres" ? openPostgres : openMysql
  return openServer(target.url, serverTimeouts, tls)
}
