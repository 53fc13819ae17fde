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

export const title = "SQL: what a set costs in a small and in a large table, by Larder and by hand"
export const note =
  "Microseconds per call of 64 concurrent ones, for values of 100 bytes. `overwrite` replaces a random row, `insert` adds a " +
  "new key. Hand-written code runs the same prepared upsert on an equal table, with the time of the program; `without " +
  "indexes`, that table has only its primary key."
export const baseline = "SQLite by hand, a thousand rows"
export const unit = "µs"
export const operations = ["overwrite", "insert"]

export function perOperation(_operation, nanoseconds) {
  return nanoseconds / 1_000 / inFlight
}

/** `set` stores the value under a key. */
function sets(rows, set) {
  const together = (keyAt) => Promise.all(Array.from({ length: inFlight }, () => set(keyAt())))
  return {
    overwrite: () => together(() => `key ${String(Math.floor(Math.random() * rows)).padStart(7, "0")}`),
    insert: () => together(() => `new ${Math.random()}`),
  }
}

const upsertInto = (table, placeholders) =>
  `INSERT INTO ${table} (cache_key, value, expires_at, written_at) VALUES (${placeholders}) ON CONFLICT (cache_key) ` +
  "DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, written_at = excluded.written_at"

/** Creates the table of a backend, without its indexes if the contender is to have none. */
async function backendOn(client, table, run, { isIndexed = true }) {
  const backend = new DatabaseBackend({ client, table, maxEntries: 100_000_000 })
  await backend.createTable()
  if (!isIndexed) for (const column of ["expires_at", "written_at"]) await run(`DROP INDEX ${table}_${column}`)
  return backend
}

async function onSqlite(rows, contender) {
  const directory = mkdtempSync(join(tmpdir(), "larder-bench-"))
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
  const client = new Database(join(directory, "cache.db"))
  client.pragma("journal_mode = WAL")
  client.pragma("synchronous = NORMAL")
  const table = "larder_bench"
  const backend = await backendOn(client, table, (sql) => client.exec(sql), contender)
  const fill = client.prepare(
    "WITH RECURSIVE row (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM row WHERE number + 1 < :rows) " +
      `INSERT INTO ${table} SELECT CAST(format('key %07d', number) AS BLOB), :value, :now + :ttl + number, :now + number FROM row`,
  )
  fill.run({ rows, value, now: Date.now() - rows, ttl })
  client.pragma("wal_checkpoint(TRUNCATE)")
  if (!contender.isByHand) return sets(rows, (key) => backend.set(key, value, ttl))
  const upsert = client.prepare(upsertInto(table, "?, ?, ?, ?"))
  return sets(rows, async (key) => upsert.run(Buffer.from(key), value, Date.now() + ttl, Date.now()))
}

async function onPostgres(rows, contender, name) {
  const pool = new pg.Pool({ connectionString: addressOf("POSTGRES_URL"), max: 10 })
  const table = `larder_bench_${name.toLowerCase().replaceAll(" ", "_")}_${rows}`
  await pool.query(`DROP TABLE IF EXISTS ${table}`)
  const backend = await backendOn(pool, table, (sql) => pool.query(sql), contender)
  await pool.query(
    `INSERT INTO ${table} SELECT convert_to('key ' || lpad(number::text, 7, '0'), 'UTF8'), $1::bytea, ` +
      "$2::bigint + $3 + number, $2::bigint + number FROM generate_series(0, $4::int - 1) AS number",
    [value, Date.now() - rows, ttl, rows],
  )
  await pool.query(`VACUUM ANALYZE ${table}`)
  if (!contender.isByHand) return sets(rows, (key) => backend.set(key, value, ttl))
  const text = upsertInto(table, "$1, $2, $3, $4")
  return sets(rows, (key) => {
    const values = [Buffer.from(key), value, Date.now() + ttl, Date.now()]
    return pool.query({ name: "set", text, values })
  })
}

const databases = { SQLite: onSqlite, PostgreSQL: onPostgres }

/** Those of each database. */
const ways = {
  "by hand": { isByHand: true },
  "by hand without indexes": { isByHand: true, isIndexed: false },
  Larder: {},
}

export const contenders = Object.fromEntries(
  Object.entries(databases).flatMap(([database, open]) =>
    Object.entries(ways).flatMap(([name, way]) =>
      Object.entries(sizes).map(([size, rows]) => [`${database} ${name}, ${size}`, () => open(rows, way, name)]),
    ),
  ),
)
