import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseBackend } from "@larder/database"
import { addressOf } from "@larder/services/address"
import Database from "better-sqlite3"
import pg from "pg"

const inFlight = 64
const ttl = 3_600_000
const value = Buffer.alloc(100, "x")
const sizes = { "a thousand rows": 1_000, "a million rows": 1_000_000 }

export const title = "SQL: what a set costs in a small and in a large table"
export const note =
  "Microseconds per call of 64 concurrent ones, for values of 100 bytes. `overwrite` replaces a random row, `insert` adds a " +
  "new key."
export const baseline = "SQLite, a thousand rows"
export const unit = "µs"
export const operations = ["overwrite", "insert"]

export function perOperation(_operation, nanoseconds) {
  return nanoseconds / 1_000 / inFlight
}

async function sets(backend, rows) {
  const together = (keyAt) => Promise.all(Array.from({ length: inFlight }, () => backend.set(keyAt(), value, ttl)))
  const anyKey = () => `key ${String(Math.floor(Math.random() * rows)).padStart(7, "0")}`
  if ((await backend.get(anyKey()))?.length !== value.length) throw new Error("The table is not filled")
  return {
    overwrite: () => together(anyKey),
    insert: () => together(() => `new ${Math.random()}`),
  }
}

async function onSqlite(rows) {
  const directory = mkdtempSync(join(tmpdir(), "larder-bench-"))
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
  const client = new Database(join(directory, "cache.db"))
  client.pragma("journal_mode = WAL")
  client.pragma("synchronous = NORMAL")
  const backend = new DatabaseBackend({ client, maxEntries: 100_000_000 })
  await backend.createTable()
  const fill = client.prepare(
    "WITH RECURSIVE row (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM row WHERE number + 1 < :rows) " +
      "INSERT INTO larder_cache SELECT CAST(format('key %07d', number) AS BLOB), :value, :now + :ttl + number, :now + number FROM row",
  )
  fill.run({ rows, value, now: Date.now() - rows, ttl })
  client.pragma("wal_checkpoint(TRUNCATE)")
  return sets(backend, rows)
}

async function onPostgres(rows) {
  const pool = new pg.Pool({ connectionString: addressOf("POSTGRES_URL"), max: 10 })
  const table = `larder_bench_${rows}`
  await pool.query(`DROP TABLE IF EXISTS ${table}`)
  const backend = new DatabaseBackend({ client: pool, table, maxEntries: 100_000_000 })
  await backend.createTable()
  await pool.query(
    `INSERT INTO ${table} SELECT convert_to('key ' || lpad(number::text, 7, '0'), 'UTF8'), $1::bytea, ` +
      "$2::bigint + $3 + number, $2::bigint + number FROM generate_series(0, $4::int - 1) AS number",
    [value, Date.now() - rows, ttl, rows],
  )
  await pool.query(`VACUUM ANALYZE ${table}`)
  return sets(backend, rows)
}

export const contenders = Object.fromEntries(
  Object.entries({ SQLite: onSqlite, PostgreSQL: onPostgres }).flatMap(([name, open]) =>
    Object.entries(sizes).map(([size, rows]) => [`${name}, ${size}`, () => open(rows)]),
  ),
)
