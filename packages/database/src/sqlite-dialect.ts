import { randomBytes } from "node:crypto"
import {
  cutoffByTime,
  type Dialect,
  doubleQuoted,
  fieldOf,
  indexed,
  isReadable,
  isSafe,
  plainInsertion,
  qualified,
  type TimeColumn,
  timeColumns,
} from "./dialect.js"
import { wrongEncoding } from "./sqlite-encoding.js"
import type { TableName } from "./table-name.js"

const text = "CAST(value AS TEXT)"
const integer = `CAST(${text} AS INTEGER)`
// A value is a decimal integer if converting it to a number and back yields the same bytes.
const isInteger = `length(value) <= 17 AND value = CAST(CAST(${integer} AS TEXT) AS BLOB)`
const sum = `${integer} + CAST(:delta AS INTEGER)`

const refusal = /readonly database|database or disk is full/
/** The messages of better-sqlite3, of `node:sqlite` (the second and third), and of sqlite3. */
const closed =
  /^The database connection is not open|^database is not open|^statement has been finalized|Database is closed$/
const shapeComplaint =
  /no such column|has no column named|NOT NULL constraint failed|ON CONFLICT clause does not match|cannot modify|is a view/

/** The part of a `CREATE INDEX` from its name on. An index is always in the schema of its table. */
function indexOn({ schema, table }: TableName, column: TimeColumn, suffix = ""): string {
  const index = qualified(sqliteDialect, { schema, table: `${table}_${column}${suffix}` })
  return `${index} ON ${doubleQuoted(table)} ${indexed(column)}`
}

/**
 * Whether SQLite reads the same bytes from JSON. Old versions end a string at a zero byte, and lone surrogates are encoded
 * differently.
 */
function fitsJson(key: string): boolean {
  return key.isWellFormed() && !key.includes("\0")
}

/** Whether a column of this type stores bytes unchanged, also in a `STRICT` table. */
function keepsBytes(type: string): boolean {
  return /^$|^ANY$|BLOB/i.test(type)
}

/** SQLite 3.35 or later. */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  maxValueBytes: 2 ** 29,
  placeholder: () => "?",
  quote: doubleQuoted,
  createTable: (name) => [
    `CREATE TABLE IF NOT EXISTS ${qualified(sqliteDialect, name)} (
  cache_key BLOB NOT NULL PRIMARY KEY,
  value BLOB NOT NULL,
  expires_at INTEGER,
  written_at INTEGER NOT NULL
)`,
    ...timeColumns.map((column) => `CREATE INDEX IF NOT EXISTS ${indexOn(name, column)}`),
  ],
  createIndex: (name, column) => `CREATE INDEX ${indexOn(name, column, `_${randomBytes(4).toString("hex")}`)}`,
  types: {
    key: { name: "BLOB", accepts: keepsBytes },
    value: { name: "BLOB", accepts: keepsBytes },
    time: { name: "INTEGER", accepts: (type) => /INT/i.test(type) },
  },
  // Reads rowid, because deletions need it, and a table WITHOUT ROWID has none.
  columns: (name) => {
    const table = qualified(sqliteDialect, name)
    const place = name.schema === undefined ? "" : `, '${name.schema}'`
    const index = `SELECT 1 FROM pragma_index_list('${name.table}'${place}) AS i WHERE`
    const parts = `FROM pragma_index_info(i.name${place}) AS p`
    return (
      'SELECT LOWER(c.name) AS name, c.type AS type, NOT c."notnull" AS is_nullable, ' +
      `EXISTS (${index} i."unique" AND NOT i.partial ` +
      `AND (SELECT COUNT(*) = 1 AND MAX(p.name) = c.name ${parts})) AS is_unique, ` +
      `EXISTS (${index} (SELECT p.name ${parts} WHERE p.seqno = 0) = c.name) AS is_indexed ` +
      `FROM pragma_table_xinfo('${name.table}'${place}) AS c WHERE ${isReadable(table, `${table}.rowid`)}`
    )
  },
  overwrite:
    "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, " +
    "written_at = excluded.written_at",
  overwriteExpired: (table) => `${sqliteDialect.overwrite} WHERE ${table}.expires_at <= :now`,
  hasStored: ({ affectedRows }) => affectedRows > 0,
  newExpiry: ":now + :ttl",
  hasMatched: ({ affectedRows }) => affectedRows > 0,
  increment: (table, where) =>
    `UPDATE ${table} SET value = CAST(CAST(${sum} AS TEXT) AS BLOB) WHERE ${where} AND ${isInteger} ` +
    `AND ${isSafe(integer)} AND ${isSafe(sum)} RETURNING ${text} AS value`,
  deletion: ({ table, where, order, limit }) =>
    limit === undefined
      ? `DELETE FROM ${table} WHERE ${where}`
      : `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ${limit})`,
  cutoff: cutoffByTime,
  keyInList: "cache_key IN (:keys)",
  insertion: plainInsertion,
  arrays: {
    encode: (keys) => (keys.every(fitsJson) ? JSON.stringify(keys) : undefined),
    // CROSS JOIN fixes the order: each key of the array is looked up. The other order would scan the table.
    select: (table) =>
      "SELECT item.key AS position, entry.value AS value FROM json_each(:keys) AS item " +
      `CROSS JOIN ${table} AS entry ON entry.cache_key = CAST(item.value AS BLOB) ` +
      "WHERE entry.expires_at IS NULL OR entry.expires_at > :now",
  },
  defectOf: (error) => {
    const message = fieldOf(error, "message")
    if (/no such table|unknown database/.test(message)) return "missing"
    return shapeComplaint.test(message) ? "shape" : undefined
  },
  isClientClosed: (error) => closed.test(fieldOf(error, "message")),
  isRefusal: (error) => refusal.test(fieldOf(error, "message")) || fieldOf(error, "code") === wrongEncoding,
  // The busy timeout of the client waits for locks.
  isRetryable: () => false,
}
