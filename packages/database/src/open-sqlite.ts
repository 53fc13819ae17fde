import type { Milliseconds } from "@larder/core"
import { DatabaseError } from "./located-error.js"
import { importClient, type OpenClient } from "./open-client.js"
import type { SqliteClient } from "./sqlite-client.js"
import { type ClosableClient, SqliteFile } from "./sqlite-file.js"

type DatabaseClass = new (path: string) => ClosableClient

/** How long a statement waits for the locks of other processes, whose writes take far less than a millisecond. */
const busyTimeout: Milliseconds = 5_000

/**
 * Opens a file with better-sqlite3, or with `node:sqlite` if that is not installed. Only `createTable` creates a file, and only
 * `createTable` and writes change its journal mode.
 */
export async function openSqlite(path: string): Promise<OpenClient> {
  const Database = await importDatabase()
  const file = new SqliteFile(path, () => openFile(Database, path), useWriteAheadLog)
  return { client: file, release: async () => file.close() }
}

function openFile(Database: DatabaseClass, path: string): ClosableClient {
  let client: ClosableClient | undefined
  try {
    client = new Database(path)
    client.exec(`PRAGMA busy_timeout = ${busyTimeout}`)
    // Reads the file, and so fails if it is not a database.
    client.exec("PRAGMA schema_version")
    return client
  } catch (cause) {
    client?.close()
    throw new DatabaseError(`sqlite:${path}`, cause instanceof Error ? cause : new Error(String(cause)))
  }
}

/**
 * The size to which the log is truncated after a reader has kept it from being reset: four times that at which SQLite resets it
 * by default.
 */
const maxIdleLogBytes = 16 * 2 ** 20

/** Switches the file to a write-ahead log. */
export function useWriteAheadLog(client: SqliteClient): void {
  client.exec("PRAGMA journal_mode = WAL")
  // In WAL mode, a power failure can then lose the last writes, but never corrupt the file.
  client.exec("PRAGMA synchronous = NORMAL")
  client.exec(`PRAGMA journal_size_limit = ${maxIdleLogBytes}`)
}

async function importDatabase(): Promise<DatabaseClass> {
  try {
    return (await importClient("better-sqlite3", () => import("better-sqlite3"))).default
  } catch (error) {
    const builtIn = await importBuiltIn()
    if (builtIn === undefined) throw error
    return builtIn.DatabaseSync
  }
}

/** Node has it since 22.13. */
async function importBuiltIn(): Promise<{ readonly DatabaseSync: DatabaseClass } | undefined> {
  try {
    // In a variable, because compilers and bundlers would try to resolve a literal.
    const name = "node:sqlite"
    return await import(name)
  } catch {
    return undefined
  }
}
