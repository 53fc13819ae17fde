import { KeyvSqlite } from "@keyv/sqlite"
import { DatabaseBackend } from "@larder/database"

/** A handle of its own on the same file, for other processes. */
export function create(path) {
  const options = { uri: `sqlite://${path}`, driver: "better-sqlite3", busyTimeout: 5_000, wal: true }
  const client = new KeyvSqlite(options)
  return new DatabaseBackend({ client, release: () => client.close() })
}
