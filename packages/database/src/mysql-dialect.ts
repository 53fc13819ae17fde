import { type Dialect, fieldOf, isReadable, isSafe, qualified } from "./dialect.js"
import { uncommitted } from "./mysql-client.js"

// Latin-1 decodes any bytes. A multi-byte encoding would fail on some.
const text = "CONVERT(value USING latin1)"
const integer = "CAST(value AS SIGNED)"
const sum = `${integer} + CAST(:delta AS SIGNED)`
// Two conditions, because $ also matches before a line feed at the end. {0,1} instead of ?, which drivers take for a placeholder.
const isInteger = `${text} REGEXP '^(0|-{0,1}[1-9][0-9]*)$' AND ${text} NOT REGEXP '[^0-9-]'`

const shapeCodes: ReadonlySet<string> = new Set([
  "ER_BAD_FIELD_ERROR",
  "ER_NO_DEFAULT_FOR_FIELD",
  "ER_TRUNCATED_WRONG_VALUE",
  "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD",
])

const userLimits: ReadonlySet<string> = new Set(["ER_USER_LIMIT_REACHED", "ER_TOO_MANY_USER_CONNECTIONS"])

const quote = (identifier: string): string => `\`${identifier.replaceAll("`", "``")}\``

/** Assigns the new value if the row has expired, else the old one. */
const ifExpired = (column: string, old = column): string =>
  `${column} = IF(expires_at <= :now, VALUES(${column}), ${old})`

/**
 * MySQL 8 and MariaDB 10.5 or later. An `UPDATE` cannot return rows, and how it counts them depends on a flag of the
 * connection. So statements return their results in `LAST_INSERT_ID(number)`, which is evaluated only if a row matches.
 */
export const mysqlDialect: Dialect = {
  name: "mysql",
  // UNIX_TIMESTAMP() depends on the time zone of the session, and is ambiguous for an hour each autumn. @@timestamp would be
  // shorter, but ProxySQL stops sharing a connection after a statement with an @. The epoch is a typed literal, because a
  // string would be parsed again for each row of a batch.
  clock: "(TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000)",
  placeholder: () => "?",
  quote,
  createTable: (name) => [
    `CREATE TABLE IF NOT EXISTS ${qualified(mysqlDialect, name)} (
  cache_key VARBINARY(1024) NOT NULL PRIMARY KEY,
  value LONGBLOB NOT NULL,
  expires_at BIGINT,
  written_at BIGINT NOT NULL,
  KEY ${quote(`${name.table}_expires_at`)} (expires_at),
  KEY ${quote(`${name.table}_written_at`)} (written_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC`,
  ],
  createIndex: (name, column) => `ALTER TABLE ${qualified(mysqlDialect, name)} ADD INDEX (${column})`,
  types: {
    key: { name: "VARBINARY(1024)", accepts: (type) => Number(/^varbinary\((\d+)\)$/.exec(type)?.[1]) >= 1024 },
    value: { name: "LONGBLOB", accepts: (type) => /^longblob\b/.test(type) },
    time: { name: "BIGINT", accepts: (type) => /^bigint\b/.test(type) },
  },
  // The subquery repeats the literal names: with a reference to the outer query, MariaDB opens every table of the server.
  columns: (name) => {
    const schema = name.schema === undefined ? "DATABASE()" : `'${name.schema}'`
    const ofTable = `table_schema = ${schema} AND table_name = '${name.table}'`
    return (
      "SELECT LOWER(c.column_name) AS name, c.column_type AS type, c.is_nullable = 'YES' AS is_nullable, " +
      `c.column_name IN (SELECT MAX(column_name) FROM information_schema.statistics WHERE ${ofTable} AND non_unique = 0 ` +
      "GROUP BY index_name HAVING COUNT(*) = 1 AND MAX(sub_part) IS NULL) AS is_unique, " +
      `c.column_name IN (SELECT column_name FROM information_schema.statistics WHERE ${ofTable} AND seq_in_index = 1) AS is_indexed ` +
      `FROM information_schema.columns AS c WHERE ${ofTable} AND ${isReadable(qualified(mysqlDialect, name))}`
    )
  },
  overwrite:
    "ON DUPLICATE KEY UPDATE value = VALUES(value), expires_at = VALUES(expires_at), written_at = VALUES(written_at)",
  // The expiry comes last, because assignments see the new values of columns to their left.
  overwriteExpired: () =>
    `ON DUPLICATE KEY UPDATE ${ifExpired("value")}, ${ifExpired("written_at", "written_at + 0 * LAST_INSERT_ID(1)")}, ` +
    `${ifExpired("expires_at")}`,
  hasStored: ({ insertId }) => insertId === 0,
  newExpiry: "IF(LAST_INSERT_ID(1) = 1, :now + :ttl, NULL)",
  hasMatched: ({ insertId }) => insertId === 1,
  increment: (table, where) =>
    `UPDATE ${table} SET value = CAST(CAST(LAST_INSERT_ID(${sum}) AS SIGNED) AS CHAR) WHERE ${where} AND CASE ` +
    `WHEN LENGTH(value) > 17 THEN FALSE WHEN ${isInteger} THEN ${isSafe(integer)} AND ${isSafe(sum)} ELSE FALSE END`,
  deletion: ({ table, where, order, limit }) =>
    `DELETE FROM ${table} WHERE ${where}${limit === undefined ? "" : ` ORDER BY ${order} LIMIT ${limit}`}`,
  // Every index of InnoDB contains the primary key. The query of `cutoffByTime` would fail: an OFFSET must be a literal here.
  cutoff: (table, kept) =>
    `SELECT written_at, cache_key FROM ${table} ORDER BY written_at DESC, cache_key DESC LIMIT 1 OFFSET ${kept}`,
  keyInList: "cache_key IN (:keys)",
  // An expression can refer to columns to its left, so the clock is needed only once.
  insertion: {
    columns: "(written_at, cache_key, value, expires_at)",
    row: "(:now, :key, :value, written_at + :ttl)",
  },
  defectOf: (error) => {
    const code = fieldOf(error, "code")
    if (["ER_NO_SUCH_TABLE", "ER_BAD_DB_ERROR"].includes(code)) return "missing"
    return shapeCodes.has(code) ? "shape" : undefined
  },
  isClientClosed: (error) => fieldOf(error, "message") === "Pool is closed.",
  // Errors of the driver have no SQLSTATE. The exceptions are the classes of connections, logins and killed statements, and
  // users with too many connections.
  isRefusal: (error) => {
    const code = fieldOf(error, "code")
    if (userLimits.has(code)) return false
    return code === uncommitted || /^(?!08|28|70)[0-9A-Z]{5}$/.test(fieldOf(error, "sqlState"))
  },
  isRetryable: (error) => ["ER_LOCK_DEADLOCK", "ER_CHECKREAD"].includes(fieldOf(error, "code")),
}
