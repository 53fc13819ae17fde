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
import { keyBytes } from "./key-bytes.js"
import type { TableName } from "./table-name.js"

// Unlike a conversion of encodings, this fails on no bytes.
const text = "encode(value, 'escape')"
const integer = `${text}::bigint`
const sum = `${integer} + :delta`

const shapeCodes: ReadonlySet<string> = new Set(["23502", "42703", "42804", "42883", "42P10", "42809", "22P02"])

function indexOn(column: string, name: TableName): string {
  return `CREATE INDEX IF NOT EXISTS ${doubleQuoted(`${name.table}_${column}`)} ON ${qualified(postgresDialect, name)} (${column})`
}

/** PostgreSQL 9.5 or later. */
export const postgresDialect: Dialect = {
  name: "postgres",
  // More does not fit the text in which the driver reads bytes.
  maxValueBytes: 2 ** 27,
  // The start of the statement and not the clock at each row, which no index could be asked with.
  clock: "floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint",
  placeholder: (position) => `$${position}`,
  quote: doubleQuoted,
  creation: (name) => [
    `CREATE TABLE IF NOT EXISTS ${qualified(postgresDialect, name)} (
  cache_key bytea NOT NULL PRIMARY KEY,
  value bytea NOT NULL,
  expires_at bigint,
  written_at bigint NOT NULL
)`,
    `${indexOn("expires_at", name)} WHERE expires_at IS NOT NULL`,
    indexOn("written_at", name),
  ],
  types: {
    key: { name: "bytea", accepts: (type) => type === "bytea" },
    value: { name: "bytea", accepts: (type) => type === "bytea" },
    time: { name: "bigint", accepts: (type) => type === "bigint" },
  },
  // There is an option for each column of the index, but not for those that it only includes.
  columns: (name) => {
    const table = qualified(postgresDialect, name)
    const unique =
      "indisunique AND indisvalid AND indimmediate AND indpred IS NULL AND indkey[0] = attnum AND array_length(indoption, 1) = 1"
    return (
      "SELECT attname AS name, format_type(atttypid, atttypmod) AS type, (NOT attnotnull)::int AS is_nullable, " +
      `EXISTS (SELECT 1 FROM pg_catalog.pg_index WHERE indrelid = attrelid AND ${unique})::int AS is_unique ` +
      `FROM pg_catalog.pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped ` +
      `AND ${isReadable(table)}`
    )
  },
  overwrite:
    "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, " +
    "written_at = excluded.written_at",
  overwriteExpired: (table) => `${postgresDialect.overwrite} WHERE ${table}.expires_at <= :now`,
  hasStored: ({ rows }) => rows > 0,
  newExpiry: ":now + :ttl",
  hasMet: ({ rows }) => rows > 0,
  increment: (table, where) =>
    `UPDATE ${table} SET value = convert_to((${sum})::text, 'UTF8') WHERE ${where} AND CASE ` +
    `WHEN length(value) > 17 THEN false WHEN ${text} ~ '^(0|-?[1-9][0-9]*)$' ` +
    `THEN ${isSafe(integer)} AND ${isSafe(sum)} ELSE false END RETURNING ${text} AS value`,
  // As an array the rows are chosen and locked once, whatever plan is made; asked again, they are what they were then.
  deletion: ({ table, where, order, limit, skipLocked }) => {
    const most = limit === undefined ? "" : ` LIMIT ${limit}`
    const locking = skipLocked ? "FOR UPDATE SKIP LOCKED" : "FOR UPDATE"
    const chosen = `SELECT cache_key FROM ${table} WHERE ${where} ORDER BY ${order}${most} ${locking}`
    return `DELETE FROM ${table} WHERE cache_key = ANY (ARRAY(${chosen})) AND ${where}`
  },
  newestAfter: newestAfterByTime,
  amongKeys: "cache_key = ANY (:keys::bytea[])",
  insertion: plainInsertion,
  // The clock in a query of its own, which is then asked once and not for each row.
  listed: {
    list: (keys) => keys.map(keyBytes),
    select: (table) =>
      "SELECT listed.position - 1 AS position, entry.value AS value " +
      "FROM unnest(:keys::bytea[]) WITH ORDINALITY AS listed (cache_key, position) " +
      `JOIN ${table} AS entry USING (cache_key) WHERE entry.expires_at IS NULL OR entry.expires_at > (SELECT :now)`,
    rows:
      `${plainInsertion.columns} SELECT listed.cache_key, listed.value, (SELECT :now) + :ttl, (SELECT :now) ` +
      "FROM unnest(:keys::bytea[], :values::bytea[]) AS listed (cache_key, value)",
  },
  defectOf: (error) => {
    const code = fieldOf(error, "code")
    if (code === "42P01" || code === "3F000") return "missing"
    return shapeCodes.has(code) ? "shape" : undefined
  },
  saysClosed: (error) => fieldOf(error, "message").startsWith("Cannot use a pool after calling end"),
  // Every other class of SQLSTATE: of connections, logins and operators is what says that nobody is served.
  isRefusal: (error) => /^(?!08|28|57|53300)[0-9FHPX][0-9A-Z]{4}$/.test(fieldOf(error, "code")),
  isRetryable: (error) => ["40001", "40P01"].includes(fieldOf(error, "code")),
}
