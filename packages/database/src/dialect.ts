import type { Change } from "./connection.js"
import type { Parameter, Placeholder } from "./statement.js"
import type { TableName } from "./table-name.js"
import type { ColumnTypes } from "./table-shape.js"

/** What a failed statement says about the table. */
export type TableDefect = "missing" | "shape"

/** Which rows a deletion takes. */
export interface Deletion {
  /** The table, quoted. */
  readonly table: string
  readonly where: string
  /** The column to go by. Whoever locks several rows by key does so in the order of keys, or two would wait for each other. */
  readonly order: "cache_key" | "expires_at" | "written_at"
  /** Takes no more rows than this. */
  readonly limit?: number
  /** Leaves out rows that others hold, where the database can. */
  readonly skipLocked?: boolean
}

/**
 * Where the databases differ, as pieces of SQL. Parameters are written `:name`, and `:now` is the clock. The columns are
 * `cache_key`, `value`, `expires_at` and `written_at`.
 */
export interface Dialect {
  readonly name: "sqlite" | "postgres" | "mysql"
  readonly maxValueBytes?: number
  /** The server's clock in Unix milliseconds. Absent where the database is in this process, and the backend's clock counts. */
  readonly clock?: string
  readonly placeholder: Placeholder
  quote(identifier: string): string
  /** Makes the table and its indexes where they are not there. */
  creation(name: TableName): readonly string[]
  readonly types: ColumnTypes
  /**
   * Selects `name`, `type`, `is_nullable` and `is_unique` of each column of the table: whether it may be null, and whether no
   * two rows have the same value (by an index on it alone). Fails as other statements do if there is no such table.
   */
  columns(name: TableName): string
  /** After an `INSERT`: writes over a row that has the key. */
  readonly overwrite: string
  /** After an `INSERT`: writes over a row that has the key and has expired. */
  overwriteExpired(table: string): string
  /** Whether an insert with `overwriteExpired` stored. */
  hasStored(change: Change): boolean
  /** The new expiry in an `UPDATE`. */
  readonly newExpiry: string
  /** Whether an update with `newExpiry` met a row. */
  hasMet(change: Change): boolean
  /**
   * The whole `UPDATE` of a counter that is live: adds `:delta` where the value is a safe integer and stays one, does not
   * fail where it is something else, and hands out the sum as `Connection#changeValue` takes it.
   */
  increment(table: string, where: string): string
  deletion(deletion: Deletion): string
  /**
   * Selects `written_at` and `cache_key` of the newest row, by both, that does not belong to the `kept` newest ones; none if
   * there are no more rows than that.
   */
  newestAfter(table: string, kept: number): string
  /** Whether the key is one of `:keys`, a list. */
  readonly amongKeys: string
  /** The columns and one row of an `INSERT`, with `:key`, `:value`, `:ttl`, and the clock as seldom as can be. */
  readonly insertion: { readonly columns: string; readonly row: string }
  /** Batches whose keys are one parameter. Only where that costs less than a parameter for each. */
  readonly listed?: ListedBatches
  /** What the error says about the table, if it does. */
  defectOf(error: unknown): TableDefect | undefined
  /** Whether the client says that it was closed, for which clients have no code. */
  saysClosed(error: unknown): boolean
  /** Whether the database has refused a statement, for other reasons than that it cannot be used at the moment. */
  isRefusal(error: unknown): boolean
  /** True when the statement was the victim of others, did nothing, and may work when it is run again. */
  isRetryable(error: unknown): boolean
}

/** Batches whose keys are one parameter, `:keys`. */
export interface ListedBatches {
  /** The parameter. Undefined where these keys cannot be written as one. */
  list(keys: readonly string[]): Parameter | undefined
  /** Selects the `value`s of the keys, and the `position` of each, from 0. */
  select(table: string): string
  /** What follows `INSERT INTO table`, the columns included, for the keys and their `:values`, a list as well; in their order. */
  readonly rows?: string
}

/** An insertion that asks for the clock twice, where no expression may refer to another column of the row. */
export const plainInsertion: Dialect["insertion"] = {
  columns: "(cache_key, value, expires_at, written_at)",
  row: "(:key, :value, :now + :ttl, :now)",
}

/**
 * `Dialect#newestAfter` where an index does not have the key: looks the keys up of the rows of one millisecond only. In SQLite
 * and PostgreSQL, looking up those of all kept rows took a hundred milliseconds and more.
 */
export function newestAfterByTime(table: string, kept: number): string {
  const last = "(SELECT written_at FROM last)"
  return (
    `WITH last AS (SELECT written_at FROM ${table} ORDER BY written_at DESC LIMIT 1 OFFSET ${kept}) ` +
    `SELECT written_at, cache_key FROM ${table} WHERE written_at = ${last} ORDER BY cache_key DESC LIMIT 1 ` +
    `OFFSET (SELECT ${kept} - COUNT(*) FROM ${table} WHERE written_at > ${last})`
  )
}

/** The table's full name, quoted. */
export function qualified(dialect: Pick<Dialect, "quote">, { schema, table }: TableName): string {
  return schema === undefined ? dialect.quote(table) : `${dialect.quote(schema)}.${dialect.quote(table)}`
}

/** Quotes an identifier as standard SQL does. */
export function doubleQuoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

/** A condition that is true, and an error if the table is missing or must not be read. */
export function isReadable(table: string, column = "1"): string {
  return `(SELECT ${column} FROM ${table} WHERE 1 = 0) IS NULL`
}

/** The SQL of "is a safe integer", for an expression that is an integer. */
export function isSafe(integer: string): string {
  return `${integer} BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}`
}

/** A text field of an error, whatever was thrown. */
export function fieldOf(error: unknown, name: "code" | "message" | "sqlState"): string {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === "string" ? value : ""
}
