import { KeyvMysql } from "@keyv/mysql"
import { addressOf } from "@larder/services/address"
import { createPool } from "mysql2/promise"
import { cacheCalls, cacheNote, cacheOperations, microsecondsPerCall, timeout } from "../compare/cache-calls.mjs"
import { byHand, keyvOver } from "../compare/cache-contenders.mjs"
import { cacheOverTable, freshBackend, handTable, isLive, rowOf } from "../compare/sql-table.mjs"

const url = addressOf("MYSQL_URL")
const serverClock = "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)"

export const title = "MariaDB: Cache over the database backend compared with hand-written mysql2 code and other caches"
export const note =
  `Microseconds per call. ${cacheNote} The server is on the same machine, used through a pool of 10. Hand-written code uses ` +
  "the same table with its two indexes; the driver writes the statements out (`query`) or prepares them (`execute`), and " +
  "objects are JSON. The time comes from the program; `by the server's clock` reads it on the server for each row, as Larder " +
  "does."
export const baseline = "mysql2 by hand"
export const unit = "µs"
export const operations = cacheOperations
export const perOperation = microsecondsPerCall

const open = () => createPool({ uri: url, connectionLimit: 10 })

/** `clock`: an SQL expression; default: the program's clock. */
async function onTable(method, table, clock) {
  const pool = open()
  await freshBackend(pool, table, (sql) => pool.query(sql))
  const live = isLive(clock ?? "?")
  const now = () => (clock === undefined ? [Date.now()] : [])
  const columns = "(cache_key, value, written_at, expires_at)"
  const row = `(?, ?, ${clock}, written_at + ${timeout * 1_000})`
  const conflict =
    "ON DUPLICATE KEY UPDATE value = VALUES(value), expires_at = VALUES(expires_at), written_at = VALUES(written_at)"
  const run = async (sql, values) => (await pool[method](sql, values))[0]
  return cacheCalls({
    ...byHand,
    get: async (key) => {
      const sql = `SELECT value FROM ${table} WHERE cache_key = ? AND ${live}`
      return (await run(sql, [Buffer.from(key), ...now()]))[0]?.value.toString()
    },
    set: (key, value) =>
      clock === undefined
        ? run(`INSERT INTO ${table} VALUES (?, ?, ?, ?) ${conflict}`, rowOf(key, value))
        : run(`INSERT INTO ${table} ${columns} VALUES ${row} ${conflict}`, rowOf(key, value).slice(0, 2)),
    getMany: async (keys) => {
      const sql = `SELECT cache_key, value FROM ${table} WHERE cache_key IN (?) AND ${live}`
      const [rows] = await pool.query(sql, [keys.map((key) => Buffer.from(key)), ...now()])
      return rows.map(({ value }) => value.toString())
    },
    setMany: (keys, value) => {
      const rows = keys.toSorted().map((key) => rowOf(key, value))
      if (clock === undefined) return pool.query(`INSERT INTO ${table} VALUES ? ${conflict}`, [rows])
      const sql = `INSERT INTO ${table} ${columns} VALUES ${rows.map(() => row)} ${conflict}`
      return pool.query(
        sql,
        rows.flatMap((values) => values.slice(0, 2)),
      )
    },
    incr: async (key) => {
      const sql = `UPDATE ${table} SET value = LAST_INSERT_ID(value + 1) WHERE cache_key = ? AND ${live}`
      return (await run(sql, [Buffer.from(key), ...now()])).insertId
    },
  })
}

export const contenders = {
  "mysql2 by hand": () => onTable("query", handTable),
  "by hand, prepared": () => onTable("execute", `${handTable}_prepared`),
  "by the server's clock": () => onTable("query", `${handTable}_server_clock`, serverClock),
  Larder: () => {
    const pool = open()
    return cacheOverTable(pool, (sql) => pool.query(sql))
  },
  ...keyvOver("@keyv/mysql", () => new KeyvMysql({ uri: url, table: "keyv_bench", connectionLimit: 10 })),
}
