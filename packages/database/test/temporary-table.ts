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

/** The URL of a table that nobody else has. */
export interface TemporaryTable {
  readonly url: string
  readonly table: string
  /** Runs SQL on the same database. */
  run(sql: string): Promise<void>
  remove(): Promise<void>
}

/** Names a table of its own, which is not made. */
export function temporaryTable(kind: DatabaseKind): TemporaryTable {
  const table = `larder_${randomBytes(6).toString("hex")}`
  if (kind === "sqlite") {
    const directory = mkdtempSync(join(tmpdir(), "larder-"))
    const path = join(directory, "cache.db")
    return {
      url: `sqlite:${path}?table=${table}`,
      table,
      run: (sql) => runInSqlite(path, sql),
      remove: async () => rmSync(directory, { recursive: true, force: true }),
    }
  }
  const address = kind === "postgres" ? addressOf("POSTGRES_URL") : addressOf("MYSQL_URL")
  const run = (sql: string) => (kind === "postgres" ? runInPostgres(address, sql) : runInMysql(address, sql))
  return { url: `${address}?table=${table}`, table, run, remove: () => run(`DROP TABLE IF EXISTS ${table}`) }
}

/** A backend on a table of its own, which is made, and removed when the test is over. */
export async function temporaryBackend(
  kind: DatabaseKind,
): Promise<{ backend: DatabaseBackend; place: TemporaryTable }> {
  const place = temporaryTable(kind)
  const backend = await fromUrl(place.url)
  onTestFinished(async () => {
    await backend.close()
    await place.remove()
  })
  await backend.createTable()
  return { backend, place }
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
