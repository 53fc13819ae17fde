import { describe, expect, it } from "vitest"
import { EntryStatements } from "./entry-statements.js"
import { mysqlDialect } from "./mysql-dialect.js"
import { sqliteDialect } from "./sqlite-dialect.js"
import type { Statement } from "./statement.js"
import { readTableName } from "./table-name.js"

describe.each([mysqlDialect, sqliteDialect])("a statement for $name", (dialect) => {
  const statements: Readonly<Record<string, Statement>> = JSON.parse(
    JSON.stringify(new EntryStatements(dialect, readTableName("cache"), 100)),
  )

  // Old versions of mysql2 also replace question marks in literals.
  it.each(Object.entries(statements))("has no question marks except its placeholders: %s", (_name, { text, names }) => {
    expect(text.split("?")).toHaveLength(names.length + 1)
  })
})
