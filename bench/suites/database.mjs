import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseBackend } from "@larder/database"
import { addressOf } from "@larder/services/address"
import Database from "better-sqlite3"
import { createPool } from "mysql2/promise"
import pg from "pg"

const KEYS = 1_000
const IN_FLIGHT = 64
const BATCH = 100
const names = Array.from({ length: KEYS }, (_, index) => `article:${index}`)
const value = Buffer.alloc(100, "x")

export const title = "SQL: the database backend beside the clients by hand"
export const note =
  "Microseconds of one call on values of 100 bytes, 1,000 keys, a table without an index but the primary key by hand; " +
  "`64 at once` is the time of 64 calls started together, divided by 64. SQLite with a write-ahead log, PostgreSQL and " +
  "MariaDB on this machine through a pool of 10."
export const baseline = "better-sqlite3 by hand"
export const unit = "µs"
export const operations = [
  "get",
  "get 64 at once",
  "set",
  "set 64 at once",
  "incr 64 at once",
  "getMany 100",
  "setMany 100",
]

/** Nanoseconds of a call into microseconds of one operation. */
export function perOperation(operation, nanoseconds) {
  return nanoseconds / 1_000 / (operation.includes("64") ? IN_FLIGHT : 1)
}

async function measured({ get, set, incr, getMany, setMany }) {
  for (const key of names) await set(key, value)
  for (const key of names) await set(`count:${key}`, Buffer.from("0"))
  if ((await get(names[3]))?.length !== value.length) throw new Error("This contender does not answer what was stored")
  const together = (call) => Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => call(index)))
  const keyAt = (call, index = 0) => names[(call * IN_FLIGHT + index * 7) % KEYS]
  const batchAt = (call) => names.slice((call * BATCH) % KEYS, ((call * BATCH) % KEYS) + BATCH)
  return {
    get: (call) => get(keyAt(call)),
    "get 64 at once": (call) => together((index) => get(keyAt(call, index))),
    set: (call) => set(keyAt(call), value),
    "set 64 at once": (call) => together((index) => set(keyAt(call, index), value)),
    "incr 64 at once": (call) => together((index) => incr(`count:${keyAt(call, index)}`)),
    "getMany 100": (call) => getMany(batchAt(call)),
    "setMany 100": (call) => setMany(batchAt(call).map((key) => ({ key, value }))),
  }
}

// A contender is ended without notice: its table stays for the next run, which begins by dropping it.
const table = "larder_bench"
const handTable = "larder_bench_by_hand"

async function larder(client, drop = () => {}) {
  await drop(`DROP TABLE IF EXISTS ${table}`)
  const backend = new DatabaseBackend({ client, table })
  await backend.createTable()
  return measured({
    get: (key) => backend.get(key),
    set: (key, value) => backend.set(key, value, 300_000),
    incr: (key) => backend.incr(key, 1),
    getMany: (keys) => backend.getMany(keys),
    setMany: (entries) => backend.setMany(entries, 300_000),
  })
}

function sqlite() {
  const directory = mkdtempSync(join(tmpdir(), "larder-bench-"))
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
  const client = new Database(join(directory, "cache.db"))
  client.pragma("journal_mode = WAL")
  client.pragma("synchronous = NORMAL")
  return client
}

function postgres() {
  return new pg.Pool({ connectionString: addressOf("POSTGRES_URL"), max: 10 })
}

function mysql() {
  return createPool({ uri: addressOf("MYSQL_URL"), connectionLimit: 10 })
}

export const contenders = {
  "better-sqlite3 by hand": () => {
    const client = sqlite()
    client.exec("CREATE TABLE cache (key TEXT PRIMARY KEY, value BLOB, expires INTEGER)")
    const live = "(expires IS NULL OR expires > ?)"
    const select = client.prepare(`SELECT value FROM cache WHERE key = ? AND ${live}`)
    const upsert = client.prepare("INSERT OR REPLACE INTO cache VALUES (?, ?, ?)")
    const update = client.prepare("UPDATE cache SET value = CAST(value AS INTEGER) + 1 WHERE key = ? RETURNING value")
    const many = client.prepare(
      `SELECT key, value FROM cache WHERE key IN (SELECT value FROM json_each(?)) AND ${live}`,
    )
    const setAll = client.transaction((entries, expires) => {
      for (const { key, value } of entries) upsert.run(key, value, expires)
    })
    return measured({
      get: async (key) => select.get(key, Date.now())?.value,
      set: async (key, value) => upsert.run(key, value, Date.now() + 300_000),
      incr: async (key) => update.all(key),
      getMany: async (keys) => many.all(JSON.stringify(keys), Date.now()),
      setMany: async (entries) => setAll(entries, Date.now() + 300_000),
    })
  },
  "Larder on better-sqlite3": () => larder(sqlite()),
  "pg by hand": async () => {
    const pool = postgres()
    await pool.query(`DROP TABLE IF EXISTS ${handTable}`)
    await pool.query(`CREATE TABLE ${handTable} (key text PRIMARY KEY, value bytea, expires bigint)`)
    const live = "(expires IS NULL OR expires > $2)"
    const conflict = "ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
    const query = async (text, values) => (await pool.query(text, values)).rows
    return measured({
      get: async (key) =>
        (await query(`SELECT value FROM ${handTable} WHERE key = $1 AND ${live}`, [key, Date.now()]))[0]?.value,
      set: (key, value) =>
        query(`INSERT INTO ${handTable} VALUES ($1, $2, $3) ${conflict}`, [key, value, Date.now() + 300_000]),
      incr: (key) =>
        query(
          `UPDATE ${handTable} SET value = convert_to((encode(value, 'escape')::bigint + 1)::text, 'UTF8') WHERE key = $1 ` +
            "RETURNING value",
          [key],
        ),
      getMany: (keys) =>
        query(`SELECT key, value FROM ${handTable} WHERE key = ANY($1) AND ${live}`, [keys, Date.now()]),
      setMany: (entries) =>
        query(`INSERT INTO ${handTable} SELECT *, $3::bigint FROM unnest($1::text[], $2::bytea[]) ${conflict}`, [
          entries.map(({ key }) => key),
          entries.map(({ value }) => value),
          Date.now() + 300_000,
        ]),
    })
  },
  "Larder on pg": () => {
    const pool = postgres()
    return larder(pool, (sql) => pool.query(sql))
  },
  "mysql2 by hand": async () => {
    const pool = mysql()
    await pool.query(`DROP TABLE IF EXISTS ${handTable}`)
    await pool.query(`CREATE TABLE ${handTable} (id VARBINARY(250) PRIMARY KEY, value LONGBLOB, expires BIGINT)`)
    const live = "(expires IS NULL OR expires > ?)"
    const conflict = "ON DUPLICATE KEY UPDATE value = VALUES(value), expires = VALUES(expires)"
    const run = async (sql, values) => (await pool.execute(sql, values))[0]
    return measured({
      get: async (key) =>
        (await run(`SELECT value FROM ${handTable} WHERE id = ? AND ${live}`, [key, Date.now()]))[0]?.value,
      set: (key, value) =>
        run(`INSERT INTO ${handTable} VALUES (?, ?, ?) ${conflict}`, [key, value, Date.now() + 300_000]),
      incr: (key) => run(`UPDATE ${handTable} SET value = LAST_INSERT_ID(value + 1) WHERE id = ?`, [key]),
      getMany: async (keys) =>
        (await pool.query(`SELECT id, value FROM ${handTable} WHERE id IN (?) AND ${live}`, [keys, Date.now()]))[0],
      setMany: (entries) =>
        pool.query(`INSERT INTO ${handTable} VALUES ? ${conflict}`, [
          entries.map(({ key, value }) => [key, value, Date.now() + 300_000]),
        ]),
    })
  },
  "Larder on mysql2": () => {
    const pool = mysql()
    return larder(pool, (sql) => pool.query(sql))
  },
}
