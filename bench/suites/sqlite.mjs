import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Database from "better-sqlite3"
import { cacheCalls, cacheNote, cacheOperations, microsecondsPerCall, timeout } from "../compare/cache-calls.mjs"
import { backendAlone, byHand } from "../compare/cache-contenders.mjs"
import { cacheOverTable, freshBackend, table } from "../compare/sql-table.mjs"

const ttl = timeout * 1_000

export const title = "SQLite: Cache over the database backend compared with hand-written better-sqlite3 code"
export const note =
  `Microseconds per call. ${cacheNote} With a write-ahead log and \`synchronous = NORMAL\`. Hand-written code prepares each ` +
  "statement once and uses the same table with its two indexes; `without indexes` is a table with a key, a value and an " +
  "expiry. Its `getMany` is one SELECT with json_each, its `setMany` one transaction, and objects are JSON."
export const baseline = "better-sqlite3 by hand"
export const unit = "µs"
export const operations = cacheOperations
export const perOperation = microsecondsPerCall

function open() {
  const directory = mkdtempSync(join(tmpdir(), "larder-bench-"))
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
  const client = new Database(join(directory, "cache.db"))
  client.pragma("journal_mode = WAL")
  client.pragma("synchronous = NORMAL")
  return client
}

/** Statements on a table with these columns: the key, the value, the expiry and, optionally, the time of writing. */
function onTable(client, name, [key, value, expires, written]) {
  const columns = [key, value, expires, ...(written ? [written] : [])]
  const overwrite = columns.slice(1).map((column) => `${column} = excluded.${column}`)
  const upsert = client.prepare(
    `INSERT INTO ${name} (${columns}) VALUES (${columns.map(() => "?")}) ON CONFLICT (${key}) DO UPDATE SET ${overwrite}`,
  )
  const live = `(${expires} IS NULL OR ${expires} > ?)`
  const select = client.prepare(`SELECT ${value} FROM ${name} WHERE ${key} = ? AND ${live}`).pluck()
  const many = client.prepare(
    `SELECT ${key} AS key, ${value} AS value FROM ${name} WHERE ${key} IN (SELECT CAST(value AS BLOB) FROM json_each(?)) ` +
      `AND ${live}`,
  )
  const add = client.prepare(
    `UPDATE ${name} SET ${value} = CAST(CAST(CAST(CAST(${value} AS TEXT) AS INTEGER) + 1 AS TEXT) AS BLOB) ` +
      `WHERE ${key} = ? AND ${live} RETURNING CAST(${value} AS TEXT) AS sum`,
  )
  const write = (key, value, now) =>
    upsert.run(...[Buffer.from(key), Buffer.from(value), now + ttl, now].slice(0, columns.length))
  const setAll = client.transaction((keys, value) => {
    const now = Date.now()
    for (const key of keys) write(key, value, now)
  })
  return cacheCalls({
    ...byHand,
    get: async (key) => select.get(Buffer.from(key), Date.now())?.toString(),
    set: async (key, value) => write(key, value, Date.now()),
    getMany: async (keys) => many.all(JSON.stringify(keys), Date.now()).map(({ value }) => value.toString()),
    setMany: async (keys, value) => setAll(keys, value),
    incr: async (key) => add.all(Buffer.from(key), Date.now())[0].sum,
  })
}

export const contenders = {
  "better-sqlite3 by hand": async () => {
    const client = open()
    await freshBackend(client, table, (sql) => client.exec(sql))
    return onTable(client, table, ["cache_key", "value", "expires_at", "written_at"])
  },
  "by hand without indexes": () => {
    const client = open()
    client.exec("CREATE TABLE bare (key BLOB PRIMARY KEY, value BLOB, expires INTEGER)")
    return onTable(client, "bare", ["key", "value", "expires"])
  },
  "the backend alone": async () => {
    const client = open()
    return backendAlone(await freshBackend(client, table, (sql) => client.exec(sql)))
  },
  Larder: () => {
    const client = open()
    return cacheOverTable(client, (sql) => client.exec(sql))
  },
}
