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
import { keyBytes } from "./key-bytes.js"
import type { TableName } from "./table-name.js"

// Works for any bytes. convert_from fails on those that are invalid in the encoding.
const text = "encode(value, 'escape')"
const integer = `${text}::bigint`
const sum = `${integer} + :delta`

const shapeCodes: ReadonlySet<string> = new Set(["23502", "42703", "42804", "42883", "42P10", "42809", "22P02"])

function indexOn(name: TableName, column: TimeColumn): string {
  return `ON ${qualified(postgresDialect, name)} ${indexed(column)}`
}

/** PostgreSQL 9.5 or later. */
export const postgresDialect: Dialect = {
  name: "postgres",
  // The driver receives bytes as hexadecimal digits, which must fit into a string.
  maxValueBytes: 2 ** 27,
  // Constant during a statement, unlike clock_timestamp(), so that it can be compared by an index.
  clock: "floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint",
  placeholder: (position) => `$${position}`,
  quote: doubleQuoted,
  createTable: (name) => [
    `CREATE TABLE IF NOT EXISTS ${qualified(postgresDialect, name)} (
  cache_key bytea NOT NULL PRIMARY KEY,
  value bytea NOT NULL,
  expires_at bigint,
  written_at bigint NOT NULL
)`,
    ...timeColumns.map(
      (column) => `CREATE INDEX IF NOT EXISTS ${doubleQuoted(`${name.table}_${column}`)} ${indexOn(name, column)}`,
    ),
  ],
  // The server chooses a name that is free.
  createIndex: (name, column) => `CREATE INDEX ${indexOn(name, column)}`,
  types: {
    key: { name: "bytea", accepts: (type) => type === "bytea" },
    value: { name: "bytea", accepts: (type) => type === "bytea" },
    time: { name: "bigint", accepts: (type) => type === "bigint" },
  },
  // indoption has an item for each key column of the index, but none for columns that it only includes.
  columns: (name) => {
    const table = qualified(postgresDialect, name)
    const index = "SELECT 1 FROM pg_catalog.pg_index WHERE indrelid = attrelid AND indisvalid AND indkey[0] = attnum"
    const unique = "indisunique AND indimmediate AND indpred IS NULL AND array_length(indoption, 1) = 1"
    return (
      "SELECT attname AS name, format_type(atttypid, atttypmod) AS type, (NOT attnotnull)::int AS is_nullable, " +
      `EXISTS (${index} AND ${unique})::int AS is_unique, EXISTS (${index})::int AS is_indexed ` +
      `FROM pg_catalog.pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped ` +
      `AND ${isReadable(table)}`
    )
  },
  overwrite:
    "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, " +
    "written_at = excluded.written_at",
  overwriteExpired: (table) => `${postgresDialect.overwrite} WHERE ${table}.expires_at <= :now`,
  hasStored: ({ affectedRows }) => affectedRows > 0,
  newExpiry: ":now + :ttl",
  hasMatched: ({ affectedRows }) => affectedRows > 0,
  increment: (table, where) =>
    `UPDATE ${table} SET value = convert_to((${sum})::text, 'UTF8') WHERE ${where} AND CASE ` +
    `WHEN length(value) > 17 THEN false WHEN ${text} ~ '^(0|-?[1-9][0-9]*)$' ` +
    `THEN ${isSafe(integer)} AND ${isSafe(sum)} ELSE false END RETURNING ${text} AS value`,
  // ARRAY(…) makes every plan choose and lock the rows once. The condition is repeated for rows that changed before the lock.
  deletion: ({ table, where, order, limit, skipLocked }) => {
    const most = limit === undefined ? "" : ` LIMIT ${limit}`
    const locking = skipLocked ? "FOR UPDATE SKIP LOCKED" : "FOR UPDATE"
    const chosen = `SELECT cache_key FROM ${table} WHERE ${where} ORDER BY ${order}${most} ${locking}`
    return `DELETE FROM ${table} WHERE cache_key = ANY (ARRAY(${chosen})) AND ${where}`
  },
  cutoff: cutoffByTime,
  keyInList: "cache_key = ANY (:keys::bytea[])",
  insertion: plainInsertion,
  // (SELECT :now) is evaluated once, and not for each row.
  arrays: {
    encode: (keys) => keys.map(keyBytes),
    select: (table) =>
      "SELECT item.position - 1 AS position, entry.value AS value " +
      "FROM unnest(:keys::bytea[]) WITH ORDINALITY AS item (cache_key, position) " +
      `JOIN ${table} AS entry USING (cache_key) WHERE entry.expires_at IS NULL OR entry.expires_at > (SELECT :now)`,
    insertion:
      `${plainInsertion.columns} SELECT item.cache_key, item.value, (SELECT :now) + :ttl, (SELECT :now) ` +
      "FROM unnest(:keys::bytea[], :values::bytea[]) AS item (cache_key, value)",
  },
  defectOf: (error) => {
    const code = fieldOf(error, "code")
    if (code === "42P01" || code === "3F000") return "missing"
    return shapeCodes.has(code) ? "shape" : undefined
  },
  isClientClosed: (error) => fieldOf(error, "message").startsWith("Cannot use a pool after calling end"),
  // The exceptions are the classes of connections, logins and operator intervention, and too_many_connections.
  isRefusal: (error) => /^(?!08|28|57|53300)[0-9FHPX][0-9A-Z]{4}$/.test(fieldOf(error, "code")),
  isRetryable: (error) => ["40001", "40P01"].includes(fieldOf(error, "code")),
}
