import type { Row } from "./connection.js"

/** A type of columns. */
export interface ColumnType {
  /** As `createTable` writes it. */
  readonly name: string
  /** Whether a column of this type, as the database names it, is right. */
  accepts(type: string): boolean
}

/** The types of the columns of a cache table. */
export interface ColumnTypes {
  /** Bytes, at least 1,024, compared as they are. */
  readonly key: ColumnType
  /** Bytes, as many as a value may have. */
  readonly value: ColumnType
  /** Integers of 64 bits. */
  readonly time: ColumnType
}

/**
 * Says of each column that a cache table needs and this one does not have what was found and expected; empty for a cache
 * table. The rows are the table's columns, as `Dialect#columns` selects them.
 */
export function misfitsIn(columns: readonly Row[], { key, value, time }: ColumnTypes): string[] {
  const found = new Map(columns.map((column) => [column.name, column]))
  return [
    misfit("cache_key", key, found.get("cache_key"), "unique"),
    misfit("value", value, found.get("value")),
    misfit("expires_at", time, found.get("expires_at"), "nullable"),
    misfit("written_at", time, found.get("written_at")),
  ].filter((each) => each !== undefined)
}

function misfit(
  name: string,
  { name: type, accepts }: ColumnType,
  column: Row | undefined,
  trait?: "unique" | "nullable",
): string | undefined {
  const expected = trait === undefined ? type : `${type}, ${trait}`
  if (column === undefined) return `${name} is missing (expected ${expected})`
  const hasTrait = trait === undefined || Number(column[`is_${trait}`]) === 1
  if (hasTrait && accepts(String(column.type))) return undefined
  const found = String(column.type) || "of no type"
  return `${name} is ${found}${hasTrait ? "" : `, not ${trait}`} (expected ${expected})`
}
