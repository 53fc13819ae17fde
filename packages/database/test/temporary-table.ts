import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { addressOf } from "@larder/services/address"
import { createConnection } from "mysql2/promise"
import pg from "pg"
import { onTestFinished } from "vitest"
import { type DatabaseBackend, fromUrl } from "../src/index.js"

/** The databases that the tests run on. */
export const databases = ["sqlite", "postgres", "mysql"] as const

export type DatabaseKind = (typeof databases)[number]

/** A table that no other test uses. */
export interface TemporaryTable {
  /** The path of the SQLite file, or the URL of the server and its database. */
  readonly database: string
  /** For `fromUrl`, with `?table=`. */
  readonly url: string
  readonly name: string
  /** Runs SQL on the database. */
  run(sql: string): Promise<void>
  remove(): Promise<void>
}

/** Chooses a name for a table, but does not create it. */
export function temporaryTable(kind: DatabaseKind): TemporaryTable {
  const name = `larder_${randomBytes(6).toString("hex")}`
  if (kind === "sqlite") {
    const directory = mkdtempSync(join(tmpdir(), "larder-"))
    const path = join(directory, "cache.db")
    return {
      database: path,
      url: `sqlite:${path}?table=${name}`,
      name,
      run: (sql) => runInSqlite(path, sql),
      remove: async () => rmSync(directory, { recursive: true, force: true }),
    }
  }
  const database = kind === "postgres" ? addressOf("POSTGRES_URL") : addressOf("MYSQL_URL")
  const run = (sql: string) => (kind === "postgres" ? runInPostgres(database, sql) : runInMysql(database, sql))
  return { database, url: `${database}?table=${name}`, name, run, remove: () => run(`DROP TABLE IF EXISTS ${name}`) }
}

/** A backend with a table of its own, which is dropped at the end of the test. */
export async function temporaryBackend(
  kind: DatabaseKind,
): Promise<{ backend: DatabaseBackend; table: TemporaryTable }> {
  const table = temporaryTable(kind)
  const backend = await fromUrl(table.url)
  onTestFinished(async () => {
    await backend.close()
    await table.remove()
  })
  await backend.createTable()
  return { backend, table }
}

async function runInSqlite(path: string, sql: string): Promise<void> {
  const { default: Database } = await import("better-sqlite3")
  const database = new Database(path)
  database.exec(sql)
  database.close()
}

async function runInPostgres(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function runInMysql(uri: string, sql: string): Promise<void> {
  const connection = await createConnection(uri)
  try {
    await connection.query(sql)
  } finally {
    await connection.end()
  }
}
