import type { Finding } from "@larder/core"
import type { Dialect } from "../dialect.js"
import type { EntryTable } from "../entry-table.js"
import { missingIndexes } from "../missing-indexes.js"
import { compile, type Statement } from "../statement.js"
import type { TableName } from "../table-name.js"
import { clockFinding } from "./clock.js"
import { indexFinding } from "./indexes.js"
import { overfullFinding } from "./overfull.js"
import { fileFindings } from "./sqlite-file.js"

/** Checks the indexes, the number of rows, and the clock of a database server or the file of a SQLite database. */
export async function diagnose(
  table: EntryTable,
  columns: Statement,
  dialect: Dialect,
  name: TableName,
  maxEntries: number,
): Promise<readonly Finding[]> {
  const missing = await missingIndexes(table, columns, dialect, name)
  const overfull = await overfullFinding(table, dialect, name, maxEntries)
  const findings = [...missing.map(indexFinding), overfull, ...(await storeFindings(table, dialect, name))]
  return findings.filter((finding) => finding !== undefined)
}

async function storeFindings(
  table: EntryTable,
  { clock, placeholder }: Dialect,
  { schema = "main" }: TableName,
): Promise<readonly Finding[]> {
  if (clock !== undefined) {
    const finding = await clockFinding(table, compile(`SELECT ${clock} AS value`, placeholder))
    return finding === undefined ? [] : [finding]
  }
  const sql =
    "SELECT d.file, j.journal_mode FROM pragma_database_list AS d, pragma_journal_mode AS j " +
    `WHERE d.name = '${schema}' COLLATE NOCASE AND j.schema = d.name`
  const [row] = await table.select(compile(sql, placeholder))
  // An in-memory database has no file.
  return row?.file ? fileFindings(String(row.file), String(row.journal_mode)) : []
}
