import type { WriteResult } from "./connection.js"
import type { Parameter, Placeholder } from "./statement.js"
import type { TableName } from "./table-name.js"
import type { ColumnTypes } from "./table-shape.js"

/** What the error of a statement says about the table: it does not exist, or its columns are not those of a cache table. */
export type TableDefect = "missing" | "shape"

/** The columns by which entries are evicted. Each has an index. */
export const timeColumns = ["expires_at", "written_at"] as const
export type TimeColumn = (typeof timeColumns)[number]

/** The parts of a `DELETE`. */
export interface Deletion {
  /** The table, quoted. */
  readonly table: string
  readonly where: string
  /** The order in which rows are locked. Statements that lock several rows by key all use the key, to avoid deadlocks. */
  readonly order: "cache_key" | TimeColumn
  /** The maximum number of rows. */
  readonly limit?: number
  /** Whether to leave out rows that other transactions have locked, if the database can. */
  readonly skipLocked?: boolean
}

/**
 * The pieces of SQL in which the databases differ. Parameters are written `:name`, and `:now` is the clock. The columns are
 * `cache_key`, `value`, `expires_at` and `written_at`.
 */
export interface Dialect {
  readonly name: "sqlite" | "postgres" | "mysql"
  readonly maxValueBytes?: number
  /** The server's clock in Unix milliseconds. Absent for a database in this process: the backend then binds its own. */
  readonly clock?: string
  readonly placeholder: Placeholder
  quote(identifier: string): string
  /** The statements that create the table and its indexes, if they do not exist. */
  createTable(name: TableName): readonly string[]
  /** The statement that creates an index on the column under a name that no other index has. */
  createIndex(name: TableName, column: TimeColumn): string
  readonly types: ColumnTypes
  /**
   * Selects `name`, `type`, `is_nullable`, `is_unique` and `is_indexed` of each column of the table. A column is unique if it
   * has a unique index of its own, and indexed if an index begins with it. Fails as other statements do if there is no such
   * table.
   */
  columns(name: TableName): string
  /** The end of an `INSERT` that makes it an upsert. */
  readonly overwrite: string
  /** The end of an `INSERT` that makes it an upsert which replaces only an expired row. */
  overwriteExpired(table: string): string
  /** Whether an upsert with `overwriteExpired` has stored its row. */
  hasStored(result: WriteResult): boolean
  /** The value for `expires_at` in an `UPDATE`. */
  readonly newExpiry: string
  /** Whether an `UPDATE` with `newExpiry` has matched a row. */
  hasMatched(result: WriteResult): boolean
  /**
   * The `UPDATE` that adds `:delta` to a counter. Matches no row, and does not fail, if the value or the sum is not a safe
   * integer. Returns the sum in the way that `Connection#writeReturning` expects.
   */
  increment(table: string, where: string): string
  deletion(deletion: Deletion): string
  /**
   * Selects `written_at` and `cache_key` of the newest row, by both, that is not one of the `kept` newest: everything up to it
   * is to be evicted. Selects nothing if there are no more rows than that.
   */
  cutoff(table: string, kept: number): string
  /** The condition that the key is in the list `:keys`. */
  readonly keyInList: string
  /** The columns and one row of an `INSERT`, with `:key`, `:value`, `:ttl` and the clock. */
  readonly insertion: { readonly columns: string; readonly row: string }
  /** Batches that bind all keys as one parameter, if that is faster than a parameter for each key. */
  readonly arrays?: ArrayBatches
  /** What the error says about the table, if anything. */
  defectOf(error: unknown): TableDefect | undefined
  /** Whether the error means that the client was closed. Clients have no code for it. */
  isClientClosed(error: unknown): boolean
  /** Whether the database is available and has rejected the statement itself. */
  isRefusal(error: unknown): boolean
  /** Whether the statement had no effect because of a concurrent one, and may succeed if it is run again. */
  isRetryable(error: unknown): boolean
}

/** Batches that bind all keys as one parameter, `:keys`. */
export interface ArrayBatches {
  /** Returns the parameter; `undefined` if these keys cannot be encoded as one. */
  encode(keys: readonly string[]): Parameter | undefined
  /** Selects the `value` and the `position`, from 0, of each key that has a live row. */
  select(table: string): string
  /** The part of an `INSERT` between the table and the end, for `:keys` and `:values` of the same length. */
  readonly insertion?: string
}

/** Asks for the clock twice, for databases in which an expression cannot refer to another column of the row. */
export const plainInsertion: Dialect["insertion"] = {
  columns: "(cache_key, value, expires_at, written_at)",
  row: "(:key, :value, :now + :ttl, :now)",
}

/**
 * `Dialect#cutoff` for databases whose index on the time does not contain the key: reads the keys of a single millisecond only.
 * In SQLite and PostgreSQL, reading those of all rows that are kept takes a hundred milliseconds and more.
 */
export function cutoffByTime(table: string, kept: number): string {
  const last = "(SELECT written_at FROM last)"
  return (
    `WITH last AS (SELECT written_at FROM ${table} ORDER BY written_at DESC LIMIT 1 OFFSET ${kept}) ` +
    `SELECT written_at, cache_key FROM ${table} WHERE written_at = ${last} ORDER BY cache_key DESC LIMIT 1 ` +
    `OFFSET (SELECT ${kept} - COUNT(*) FROM ${table} WHERE written_at > ${last})`
  )
}

/** The name of the table with its schema, quoted. */
export function qualified(dialect: Pick<Dialect, "quote">, { schema, table }: TableName): string {
  return schema === undefined ? dialect.quote(table) : `${dialect.quote(schema)}.${dialect.quote(table)}`
}

/** The end of a `CREATE INDEX` on the column. Only rows that expire are in the index on the expiry. */
export function indexed(column: TimeColumn): string {
  return `(${column})${column === "expires_at" ? " WHERE expires_at IS NOT NULL" : ""}`
}

/** Quotes an identifier as standard SQL does. */
export function doubleQuoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

/** A condition that is always true, but an error if the table does not exist or must not be read. */
export function isReadable(table: string, column = "1"): string {
  return `(SELECT ${column} FROM ${table} WHERE 1 = 0) IS NULL`
}

/** The condition that an integer is a safe one in JavaScript. */
export function isSafe(integer: string): string {
  return `${integer} BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}`
}

/** A field of an error, or `""` if it is not a string. Anything can be thrown. */
export function fieldOf(error: unknown, name: "code" | "message" | "sqlState"): string {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === "string" ? value : ""
}
