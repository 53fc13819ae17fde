import type { Finding } from "@larder/core"
import { type Dialect, qualified } from "../dialect.js"
import type { EntryTable } from "../entry-table.js"
import { compile } from "../statement.js"
import type { TableName } from "../table-name.js"

/**
 * Checks that culls work. They run in the background, so their failures are seen by nobody: a `statement_timeout` that is
 * long enough for calls can be too short for counting a large table.
 */
export async function overfullFinding(
  table: EntryTable,
  dialect: Dialect,
  name: TableName,
  maxEntries: number,
): Promise<Finding | undefined> {
  const most = 2 * maxEntries
  const rows = `(SELECT 1 AS one FROM ${qualified(dialect, name)} LIMIT ${most + 1})`
  const [counted] = await table.select(
    compile(`SELECT COUNT(*) AS entries FROM ${rows} AS counted`, dialect.placeholder),
  )
  if (Number(counted?.entries) <= most) return undefined
  return {
    severity: "warning",
    code: "overfull",
    found: `The table has more than twice as many rows as maxEntries (${maxEntries}).`,
    why: "The culls of the programs that write to it fail or are too slow, so it grows without a limit.",
    advice:
      "Run larder prune and follow its error, such as a missing permission to delete or a short statement_timeout. If a program uses the table with a larger maxEntries, set the same here.",
  }
}
