import { DatabaseSync } from "node:sqlite"
import { DatabaseBackend } from "@larder/database"

/** Opens the same file, in this process or another one. */
export function create(path) {
  const client = new DatabaseSync(path)
  for (const setting of ["busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL"])
    client.exec(`PRAGMA ${setting}`)
  return new DatabaseBackend({ client, release: () => client.close() })
}
