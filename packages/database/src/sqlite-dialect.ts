import {
  type Dialect,
  doubleQuoted,
  fieldOf,
  isReadable,
  isSafe,
  newestAfterByTime,
  plainInsertion,
  qualified,
} from "./dialect.js"
import type { TableName } from "./table-name.js"

const text = "CAST(value AS TEXT)"
const integer = `CAST(${text} AS INTEGER)`
// A number that reads back as the same bytes is in the only form that counts.
const isInteger = `length(value) <= 17 AND value = CAST(CAST(${integer} AS TEXT) AS BLOB)`
const sum = `${integer} + CAST(:delta AS INTEGER)`

const refusal = /readonly database|database or disk is full/
/** In the words of better-sqlite3, of `node:sqlite` (the second and third), and of sqlite3. */
const closed =
  /^The database connection is not open|^database is not open|^statement has been finalized|Database is closed$/
const shapeComplaint =
  /no such column|has no column named|NOT NULL constraint failed|ON CONFLICT clause does not match|cannot modify|is a view/

function indexOn(column: string, { schema, table }: TableName): string {
  const index = doubleQuoted(`${table}_${column}`)
  const name = schema === undefined ? index : `${doubleQuoted(schema)}.${index}`
  return `CREATE INDEX IF NOT EXISTS ${name} ON ${doubleQuoted(table)} (${column})`
}

/** Whether SQLite makes the same bytes of its JSON: older ones end a text at a zero, and half a character differs. */
function isListable(key: string): boolean {
  return key.isWellFormed() && !key.includes("\0")
}

/** Whether a column of this type leaves bytes as they are, in a `STRICT` table as well. */
function keepsBytes(type: string): boolean {
  return /^$|^ANY$|BLOB/i.test(type)
}

/** SQLite 3.35 or later. */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  maxValueBytes: 2 ** 29,
  placeholder: () => "?",
  quote: doubleQuoted,
  creation: (name) => [
    `CREATE TABLE IF NOT EXISTS ${name.schema === undefined ? "" : `${doubleQuoted(name.schema)}.`}${doubleQuoted(name.table)} (
  cache_key BLOB NOT NULL PRIMARY KEY,
  value BLOB NOT NULL,
  expires_at INTEGER,
  written_at INTEGER NOT NULL
)`,
    `${indexOn("expires_at", name)} WHERE expires_at IS NOT NULL`,
    indexOn("written_at", name),
  ],
  types: {
    key: { name: "BLOB", accepts: keepsBytes },
    value: { name: "BLOB", accepts: keepsBytes },
    time: { name: "INTEGER", accepts: (type) => /INT/i.test(type) },
  },
  // Deletions need the row's number, which not every table has.
  columns: (name) => {
    const table = qualified(sqliteDialect, name)
    const place = name.schema === undefined ? "" : `, '${name.schema}'`
    return (
      'SELECT LOWER(c.name) AS name, c.type AS type, NOT c."notnull" AS is_nullable, ' +
      `EXISTS (SELECT 1 FROM pragma_index_list('${name.table}'${place}) AS i WHERE i."unique" AND NOT i.partial ` +
      `AND (SELECT COUNT(*) = 1 AND MAX(p.name) = c.name FROM pragma_index_info(i.name${place}) AS p)) AS is_unique ` +
      `FROM pragma_table_xinfo('${name.table}'${place}) AS c WHERE ${isReadable(table, `${table}.rowid`)}`
    )
  },
  overwrite:
    "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, " +
    "written_at = excluded.written_at",
  overwriteExpired: (table) => `${sqliteDialect.overwrite} WHERE ${table}.expires_at <= :now`,
  hasStored: ({ rows }) => rows > 0,
  newExpiry: ":now + :ttl",
  hasMet: ({ rows }) => rows > 0,
  increment: (table, where) =>
    `UPDATE ${table} SET value = CAST(CAST(${sum} AS TEXT) AS BLOB) WHERE ${where} AND ${isInteger} ` +
    `AND ${isSafe(integer)} AND ${isSafe(sum)} RETURNING ${text} AS value`,
  deletion: ({ table, where, order, limit }) =>
    limit === undefined
      ? `DELETE FROM ${table} WHERE ${where}`
      : `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ${limit})`,
  newestAfter: newestAfterByTime,
  amongKeys: "cache_key IN (:keys)",
  insertion: plainInsertion,
  listed: {
    list: (keys) => (keys.every(isListable) ? JSON.stringify(keys) : undefined),
    // The list comes first, and each of its keys is looked up: a plan the other way round would read the whole table.
    select: (table) =>
      "SELECT listed.key AS position, entry.value AS value FROM json_each(:keys) AS listed " +
      `CROSS JOIN ${table} AS entry ON entry.cache_key = CAST(listed.value AS BLOB) ` +
      "WHERE entry.expires_at IS NULL OR entry.expires_at > :now",
  },
  defectOf: (error) => {
    const message = fieldOf(error, "message")
    if (/no such table|unknown database/.test(message)) return "missing"
    return shapeComplaint.test(message) ? "shape" : undefined
  },
  saysClosed: (error) => closed.test(fieldOf(error, "message")),
  isRefusal: (error) => refusal.test(fieldOf(error, "message")),
  // Waiting for a lock is the busy timeout's business.
  isRetryable: () => false,
}
