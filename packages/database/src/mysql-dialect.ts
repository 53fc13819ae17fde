import { type Dialect, fieldOf, isReadable, isSafe, qualified } from "./dialect.js"

// One byte, one character: this fails on no bytes, as a multi-byte encoding would.
const text = "CONVERT(value USING latin1)"
const integer = "CAST(value AS SIGNED)"
const sum = `${integer} + CAST(:delta AS SIGNED)`
// Twice, because $ also matches before a line feed at the end. Without a question mark, which drivers would fill in.
const isInteger = `${text} REGEXP '^(0|-{0,1}[1-9][0-9]*)$' AND ${text} NOT REGEXP '[^0-9-]'`

const shapeCodes: ReadonlySet<string> = new Set([
  "ER_BAD_FIELD_ERROR",
  "ER_NO_DEFAULT_FOR_FIELD",
  "ER_TRUNCATED_WRONG_VALUE",
  "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD",
])

const quote = (identifier: string): string => `\`${identifier.replaceAll("`", "``")}\``

/** The new one where the row has expired, else the old one. */
const ifExpired = (column: string, old = column): string =>
  `${column} = IF(expires_at <= :now, VALUES(${column}), ${old})`

/**
 * MySQL 8 and MariaDB 10.5 or later. An update answers no rows there, and how it counts rows depends on a flag of the
 * connection. `LAST_INSERT_ID(number)`, evaluated only where a row is met, carries the answer back with the same statement.
 */
export const mysqlDialect: Dialect = {
  name: "mysql",
  // Not UNIX_TIMESTAMP(), which goes by the session's time zone and so is wrong for an hour each autumn.
  // A literal with its type, or each row of a batch would parse a text again. Not the shorter @@timestamp: for an @ in a
  // statement ProxySQL stops sharing the connection.
  clock: "(TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000)",
  placeholder: () => "?",
  quote,
  creation: (name) => [
    `CREATE TABLE IF NOT EXISTS ${qualified(mysqlDialect, name)} (
  cache_key VARBINARY(1024) NOT NULL PRIMARY KEY,
  value LONGBLOB NOT NULL,
  expires_at BIGINT,
  written_at BIGINT NOT NULL,
  KEY ${quote(`${name.table}_expires_at`)} (expires_at),
  KEY ${quote(`${name.table}_written_at`)} (written_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC`,
  ],
  types: {
    key: { name: "VARBINARY(1024)", accepts: (type) => Number(/^varbinary\((\d+)\)$/.exec(type)?.[1]) >= 1024 },
    value: { name: "LONGBLOB", accepts: (type) => /^longblob\b/.test(type) },
    time: { name: "BIGINT", accepts: (type) => /^bigint\b/.test(type) },
  },
  // The table is named twice: where a name is no literal, MariaDB looks at every table that there is.
  columns: (name) => {
    const schema = name.schema === undefined ? "DATABASE()" : `'${name.schema}'`
    const ofTable = `table_schema = ${schema} AND table_name = '${name.table}'`
    return (
      "SELECT LOWER(c.column_name) AS name, c.column_type AS type, c.is_nullable = 'YES' AS is_nullable, " +
      `c.column_name IN (SELECT MAX(column_name) FROM information_schema.statistics WHERE ${ofTable} AND non_unique = 0 ` +
      "GROUP BY index_name HAVING COUNT(*) = 1 AND MAX(sub_part) IS NULL) AS is_unique " +
      `FROM information_schema.columns AS c WHERE ${ofTable} AND ${isReadable(qualified(mysqlDialect, name))}`
    )
  },
  overwrite:
    "ON DUPLICATE KEY UPDATE value = VALUES(value), expires_at = VALUES(expires_at), written_at = VALUES(written_at)",
  // The expiry last: assignments to the right would see the new one.
  overwriteExpired: () =>
    `ON DUPLICATE KEY UPDATE ${ifExpired("value")}, ${ifExpired("written_at", "written_at + 0 * LAST_INSERT_ID(1)")}, ` +
    `${ifExpired("expires_at")}`,
  hasStored: ({ insertId }) => insertId === 0,
  newExpiry: "IF(LAST_INSERT_ID(1) = 1, :now + :ttl, NULL)",
  hasMet: ({ insertId }) => insertId === 1,
  increment: (table, where) =>
    `UPDATE ${table} SET value = CAST(CAST(LAST_INSERT_ID(${sum}) AS SIGNED) AS CHAR) WHERE ${where} AND CASE ` +
    `WHEN LENGTH(value) > 17 THEN FALSE WHEN ${isInteger} THEN ${isSafe(integer)} AND ${isSafe(sum)} ELSE FALSE END`,
  deletion: ({ table, where, order, limit }) =>
    `DELETE FROM ${table} WHERE ${where}${limit === undefined ? "" : ` ORDER BY ${order} LIMIT ${limit}`}`,
  // InnoDB has the key in every index, and an offset must be a number there.
  newestAfter: (table, kept) =>
    `SELECT written_at, cache_key FROM ${table} ORDER BY written_at DESC, cache_key DESC LIMIT 1 OFFSET ${kept}`,
  amongKeys: "cache_key IN (:keys)",
  // An expression may refer to a column further left.
  insertion: {
    columns: "(written_at, cache_key, value, expires_at)",
    row: "(:now, :key, :value, written_at + :ttl)",
  },
  defectOf: (error) => {
    const code = fieldOf(error, "code")
    if (["ER_NO_SUCH_TABLE", "ER_BAD_DB_ERROR"].includes(code)) return "missing"
    return shapeCodes.has(code) ? "shape" : undefined
  },
  saysClosed: (error) => fieldOf(error, "message") === "Pool is closed.",
  // What the driver says itself has no SQLSTATE. Those of connections, logins and statements that were ended:
  isRefusal: (error) => /^(?!08|28|70)[0-9A-Z]{5}$/.test(fieldOf(error, "sqlState")),
  isRetryable: (error) => ["ER_LOCK_DEADLOCK", "ER_CHECKREAD"].includes(fieldOf(error, "code")),
}
