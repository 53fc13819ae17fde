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
  "expiry. Its `getMany` is one SELECT with json_each, its `setMany` one transaction, and objects are JSON. `The same work` " +
  "does what a cache of any values has to do: keys have a prefix and a version, strings are JSON too, to tell them from other " +
  "values, and hits are returned as a Map in the order of the keys."
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

/** Text under the key itself; objects are made JSON by the caller, and hits are rows. */
const text = {
  ...byHand,
  keyOf: (name) => name,
  toBytes: (value) => Buffer.from(value),
  fromBytes: (bytes) => bytes?.toString(),
  hitsOf: (rows) => rows.map(({ value }) => value.toString()),
}

/** Any value, under a key with a prefix and a version. */
const anyValue = {
  keyOf: (name) => `same-work:1:${name}`,
  toBytes: (value) => Buffer.from(JSON.stringify(value)),
  fromBytes: (bytes) => (bytes === undefined ? undefined : JSON.parse(bytes.toString())),
  hitsOf(rows, names) {
    const found = new Map(rows.map(({ key, value }) => [key.toString(), value]))
    const hits = new Map()
    for (const name of names) {
      const bytes = found.get(anyValue.keyOf(name))
      if (bytes !== undefined) hits.set(name, anyValue.fromBytes(bytes))
    }
    return hits
  },
}

/** Statements on a table with these columns: the key, the value, the expiry and, optionally, the time of writing. */
function onTable(client, name, [key, value, expires, written], { keyOf, toBytes, fromBytes, hitsOf, ...calls } = text) {
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
    upsert.run(...[Buffer.from(keyOf(key)), toBytes(value), now + ttl, now].slice(0, columns.length))
  const setAll = client.transaction((keys, value) => {
    const now = Date.now()
    for (const key of keys) write(key, value, now)
  })
  return cacheCalls({
    ...calls,
    get: async (key) => fromBytes(select.get(Buffer.from(keyOf(key)), Date.now())),
    set: async (key, value) => write(key, value, Date.now()),
    getMany: async (keys) => hitsOf(many.all(JSON.stringify(keys.map(keyOf)), Date.now()), keys),
    setMany: async (keys, value) => setAll(keys, value),
    incr: async (key) => add.all(Buffer.from(keyOf(key)), Date.now())[0].sum,
  })
}

async function onBackendTable(form) {
  const client = open()
  await freshBackend(client, table, (sql) => client.exec(sql))
  return onTable(client, table, ["cache_key", "value", "expires_at", "written_at"], form)
}

export const contenders = {
  "better-sqlite3 by hand": () => onBackendTable(text),
  "by hand, the same work": () => onBackendTable(anyValue),
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
