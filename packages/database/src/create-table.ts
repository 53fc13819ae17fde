import type { EntryTable } from "./entry-table.js"
import type { Statement } from "./statement.js"
import { TableError } from "./table-error.js"

export interface CreateTableOptions {
  /** Return the SQL without running it. Default: false. */
  readonly dryRun?: boolean
}

export interface TableCreation {
  /** Whether the table already existed. If so, nothing was changed. */
  readonly existed: boolean
  /** The SQL that creates the table and its indexes: statements, each with a semicolon. */
  readonly sql: string
}

/** Runs the statements if the table does not exist. Rejects with a `TableError` if the name is taken by something else. */
export async function createTable(
  table: EntryTable,
  columns: Statement,
  statements: readonly string[],
  { dryRun = false }: CreateTableOptions,
): Promise<TableCreation> {
  const sql = statements.map((statement) => `${statement};\n`).join("")
  if (await exists(table, columns)) return { existed: true, sql }
  if (dryRun) return { existed: false, sql }
  try {
    for (const statement of statements) await table.define(statement)
  } catch (error) {
    // IF NOT EXISTS can fail if another process creates the table at the same time.
    if (await exists(table, columns)) return { existed: true, sql }
    throw error
  }
  return { existed: false, sql }
}

async function exists(table: EntryTable, columns: Statement): Promise<boolean> {
  try {
    await table.check(columns)
    return true
  } catch (error) {
    if (error instanceof TableError && error.code === "TABLE_MISSING") return false
    throw error
  }
}
