import { KeyvMysql } from "@keyv/mysql"
import { addressOf } from "@larder/services/address"
import { createPool } from "mysql2/promise"
import { cacheCalls, cacheNote, cacheOperations, microsecondsPerCall, timeout } from "../compare/cache-calls.mjs"
import { freshBackend, larderOn, peersOver } from "../compare/larder-on-sql.mjs"

const url = addressOf("MYSQL_URL")
const handTable = "larder_bench_by_hand"
const ttl = timeout * 1_000

export const title = "MariaDB: Cache over the database backend beside mysql2 by hand and its peers"
export const note =
  `Microseconds of one call. ${cacheNote} A server on this machine, through a pool of 10. By hand the table is the same, ` +
  "with its two indexes, and statements are written out by the driver (`query`), or prepared (`execute`); objects are JSON."
export const baseline = "mysql2 by hand"
export const unit = "µs"
export const operations = cacheOperations
export const perOperation = microsecondsPerCall

const open = () => createPool({ uri: url, connectionLimit: 10 })

async function byHand(method, table) {
  const pool = open()
  await freshBackend(pool, table, (sql) => pool.query(sql))
  const live = "(expires_at IS NULL OR expires_at > ?)"
  const conflict =
    "ON DUPLICATE KEY UPDATE value = VALUES(value), expires_at = VALUES(expires_at), written_at = VALUES(written_at)"
  const run = async (sql, values) => (await pool[method](sql, values))[0]
  return cacheCalls({
    encode: JSON.stringify,
    decode: JSON.parse,
    get: async (key) => {
      const sql = `SELECT value FROM ${table} WHERE cache_key = ? AND ${live}`
      return (await run(sql, [Buffer.from(key), Date.now()]))[0]?.value.toString()
    },
    set: (key, value) => {
      const now = Date.now()
      return run(`INSERT INTO ${table} VALUES (?, ?, ?, ?) ${conflict}`, [
        Buffer.from(key),
        Buffer.from(value),
        now + ttl,
        now,
      ])
    },
    getMany: async (keys) => {
      const sql = `SELECT cache_key, value FROM ${table} WHERE cache_key IN (?) AND ${live}`
      const [rows] = await pool.query(sql, [keys.map((key) => Buffer.from(key)), Date.now()])
      return rows.map(({ value }) => value.toString())
    },
    setMany: (keys, value) => {
      const now = Date.now()
      const rows = [...keys].sort().map((key) => [Buffer.from(key), Buffer.from(value), now + ttl, now])
      return pool.query(`INSERT INTO ${table} VALUES ? ${conflict}`, [rows])
    },
    incr: async (key) => {
      const sql = `UPDATE ${table} SET value = LAST_INSERT_ID(value + 1) WHERE cache_key = ? AND ${live}`
      return (await run(sql, [Buffer.from(key), Date.now()])).insertId
    },
    zero: "0",
  })
}

export const contenders = {
  "mysql2 by hand": () => byHand("query", handTable),
  "by hand, prepared": () => byHand("execute", `${handTable}_prepared`),
  Larder: () => {
    const pool = open()
    return larderOn(pool, (sql) => pool.query(sql))
  },
  ...peersOver("@keyv/mysql", () => new KeyvMysql({ uri: url, table: "keyv_bench", connectionLimit: 10 })),
}
