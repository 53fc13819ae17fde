import { type Dialect, type TimeColumn, timeColumns } from "./dialect.js"
import type { EntryTable } from "./entry-table.js"
import type { Statement } from "./statement.js"
import type { TableName } from "./table-name.js"

export interface MissingIndex {
  readonly column: TimeColumn
  /** The statement that creates the index. */
  readonly sql: string
}

/**
 * Finds the times without an index. The index of a table that was renamed keeps its name, so the `CREATE INDEX IF NOT EXISTS`
 * of the next table creates none.
 */
export async function missingIndexes(
  table: EntryTable,
  columns: Statement,
  dialect: Dialect,
  name: TableName,
): Promise<readonly MissingIndex[]> {
  const indexed = new Set(
    (await table.select(columns)).filter((row) => Number(row.is_indexed) === 1).map((row) => row.name),
  )
  return timeColumns
    .filter((column) => !indexed.has(column))
    .map((column) => ({ column, sql: dialect.createIndex(name, column) }))
}
