import { DatabaseError } from "./located-error.js"
import { importClient, type OpenClient } from "./open-client.js"
import type { SqliteClient } from "./sqlite-client.js"
import { type Openable, SqliteFile } from "./sqlite-file.js"

interface BuiltInSqlite {
  readonly DatabaseSync: new (path: string) => Openable
}

/** How long a statement waits for other processes, in milliseconds. Their writes take far less than one. */
const busyTimeout = 5_000

/**
 * Opens a file with better-sqlite3, or with `node:sqlite` where only Node has a SQLite. The file is created with the table,
 * and gets its write-ahead log with the table or the first write: a look at it changes nothing.
 */
export async function openSqlite(path: string): Promise<OpenClient> {
  const Database = await importDatabase()
  const file = new SqliteFile(path, () => openFile(Database, path), useWriteAheadLog)
  return { client: file, statementTimeout: busyTimeout, release: async () => file.close() }
}

function openFile(Database: new (path: string) => Openable, path: string): Openable {
  let client: Openable | undefined
  try {
    client = new Database(path)
    client.exec(`PRAGMA busy_timeout = ${busyTimeout}`)
    // Reads the file, which may be no database.
    client.exec("PRAGMA schema_version")
    return client
  } catch (cause) {
    client?.close()
    throw new DatabaseError(`sqlite:${path}`, cause instanceof Error ? cause : new Error(String(cause)))
  }
}

/** Sets what a client that writes needs. */
export function useWriteAheadLog(client: SqliteClient): void {
  client.exec("PRAGMA journal_mode = WAL")
  // With a write-ahead log this loses the last writes in a power failure at worst, and never the file.
  client.exec("PRAGMA synchronous = NORMAL")
}

async function importDatabase(): Promise<new (path: string) => Openable> {
  try {
    return (await importClient("better-sqlite3", () => import("better-sqlite3"))).default
  } catch (error) {
    const builtIn = await importBuiltIn()
    if (builtIn === undefined) throw error
    return builtIn.DatabaseSync
  }
}

/** In Node 22.13 and later. */
async function importBuiltIn(): Promise<BuiltInSqlite | undefined> {
  try {
    // A name in a variable, or compilers and bundlers look for it where there is none.
    const name = "node:sqlite"
    return (await import(name)) as BuiltInSqlite
  } catch {
    return undefined
  }
}
