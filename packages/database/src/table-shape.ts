import type { Row } from "./connection.js"

/** The type of a column. */
export interface ColumnType {
  /** As `createTable` writes it. */
  readonly name: string
  /** Whether a column of this type, as the database spells it, is suitable. */
  accepts(type: string): boolean
}

/** The types of the columns of a cache table. */
export interface ColumnTypes {
  /** At least 1,024 bytes, compared byte by byte. */
  readonly key: ColumnType
  /** Bytes, as many as the largest value has. */
  readonly value: ColumnType
  /** Integers of 64 bits. */
  readonly time: ColumnType
}

/**
 * Compares the columns of a table, as `Dialect#columns` selects them, with those of a cache table. Returns a line for each that
 * is missing or unsuitable, with what was found and what was expected.
 */
export function shapeProblems(columns: readonly Row[], { key, value, time }: ColumnTypes): string[] {
  const found = new Map(columns.map((column) => [column.name, column]))
  return [
    problemWith("cache_key", key, found.get("cache_key"), "unique"),
    problemWith("value", value, found.get("value")),
    problemWith("expires_at", time, found.get("expires_at"), "nullable"),
    problemWith("written_at", time, found.get("written_at")),
  ].filter((problem) => problem !== undefined)
}

function problemWith(
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
