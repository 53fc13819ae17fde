import { KeyvPostgres } from "@keyv/postgres"
import { addressOf } from "@larder/services/address"
import pg from "pg"
import { cacheCalls, cacheNote, cacheOperations, microsecondsPerCall } from "../compare/cache-calls.mjs"
import { byHand, keyvOver } from "../compare/cache-contenders.mjs"
import { cacheOverTable, freshBackend, handTable, isLive, rowOf } from "../compare/sql-table.mjs"

const url = addressOf("POSTGRES_URL")

export const title = "PostgreSQL: Cache over the database backend compared with hand-written pg code and other caches"
export const note =
  `Microseconds per call. ${cacheNote} The server is on the same machine, used through a pool of 10. Hand-written code uses ` +
  "the same table with its two indexes; `getMany` is one SELECT with an array, `setMany` one INSERT of arrays, and objects are " +
  "JSON. Its statements are unnamed, or `prepared` under a name, as Larder's are."
export const baseline = "pg by hand"
export const unit = "µs"
export const operations = cacheOperations
export const perOperation = microsecondsPerCall

const open = () => new pg.Pool({ connectionString: url, max: 10 })

/** With statements that are prepared once per connection, or parsed and planned on each call. */
async function byHandOn(table, isPrepared) {
  const pool = open()
  await freshBackend(pool, table, (sql) => pool.query(sql))
  const live = isLive("$2")
  const conflict =
    "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, " +
    "written_at = excluded.written_at"
  const query = async (name, text, values) =>
    (await pool.query(isPrepared ? { name, text, values } : { text, values })).rows
  return cacheCalls({
    ...byHand,
    get: async (key) => {
      const sql = `SELECT value FROM ${table} WHERE cache_key = $1 AND ${live}`
      return (await query("get", sql, [Buffer.from(key), Date.now()]))[0]?.value.toString()
    },
    set: (key, value) => query("set", `INSERT INTO ${table} VALUES ($1, $2, $3, $4) ${conflict}`, rowOf(key, value)),
    getMany: async (keys) => {
      const sql = `SELECT cache_key, value FROM ${table} WHERE cache_key = ANY($1) AND ${live}`
      const rows = await query("getMany", sql, [keys.map((key) => Buffer.from(key)), Date.now()])
      return rows.map(({ value }) => value.toString())
    },
    setMany: (keys, value) => {
      const [, , end, now] = rowOf("", "")
      const columns = [keys.map((key) => Buffer.from(key)), keys.map(() => Buffer.from(value))]
      const sql = `INSERT INTO ${table} SELECT *, $3::bigint, $4::bigint FROM unnest($1::bytea[], $2::bytea[])`
      return query("setMany", `${sql} ${conflict}`, [...columns, end, now])
    },
    incr: async (key) => {
      const sql =
        `UPDATE ${table} SET value = convert_to((encode(value, 'escape')::bigint + 1)::text, 'UTF8') ` +
        `WHERE cache_key = $1 AND ${live} RETURNING encode(value, 'escape') AS sum`
      return (await query("incr", sql, [Buffer.from(key), Date.now()]))[0].sum
    },
  })
}

export const contenders = {
  "pg by hand": () => byHandOn(handTable, false),
  "by hand, prepared": () => byHandOn(`${handTable}_prepared`, true),
  Larder: () => {
    const pool = open()
    return cacheOverTable(pool, (sql) => pool.query(sql))
  },
  ...keyvOver("@keyv/postgres", () => new KeyvPostgres({ uri: url, table: "keyv_bench", max: 10 })),
}
