import { KeyvSqlite } from "@keyv/sqlite"
import { DatabaseBackend } from "@larder/database"

/** Opens the same file in another process. */
export function create(path) {
  const options = { uri: `sqlite://${path}`, driver: "better-sqlite3", busyTimeout: 5_000, wal: true }
  const client = new KeyvSqlite(options)
  return new DatabaseBackend({ client, release: () => client.close() })
}
