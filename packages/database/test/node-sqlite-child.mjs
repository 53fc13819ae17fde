import { DatabaseSync } from "node:sqlite"
import { DatabaseBackend } from "@larder/database"

/** A handle of its own on the same file. */
export function create(path) {
  const client = new DatabaseSync(path)
  for (const setting of ["busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL"])
    client.exec(`PRAGMA ${setting}`)
  return new DatabaseBackend({ client, release: () => client.close() })
}
