import type { Dialect } from "./dialect.js"
import type { EntryTable } from "./entry-table.js"
import { missingIndexes } from "./missing-indexes.js"
import type { Statement } from "./statement.js"
import { TableError } from "./table-error.js"
import type { TableName } from "./table-name.js"

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

/** Creates the table if it does not exist. Rejects with a `TableError` if the name is taken by something else. */
export async function createTable(
  table: EntryTable,
  columns: Statement,
  dialect: Dialect,
  name: TableName,
  { dryRun = false }: CreateTableOptions,
): Promise<TableCreation> {
  const statements = dialect.createTable(name)
  const sql = statements.map(terminated).join("")
  if (await exists(table, columns)) return { existed: true, sql }
  if (dryRun) return { existed: false, sql }
  try {
    for (const statement of statements) await table.define(statement)
  } catch (error) {
    // IF NOT EXISTS can fail if another process creates the table at the same time.
    if (await exists(table, columns)) return { existed: true, sql }
    throw error
  }
  const more = (await missingIndexes(table, columns, dialect, name)).map((index) => index.sql)
  for (const statement of more) await table.define(statement)
  return { existed: false, sql: sql + more.map(terminated).join("") }
}

function terminated(statement: string): string {
  return `${statement};\n`
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
