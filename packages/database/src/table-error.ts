import type { TableDefect } from "./dialect.js"

const messages: Readonly<Record<TableDefect, (table: string, details: string) => string>> = {
  missing: (table) =>
    `There is no cache table ${table}: run \`larder createcachetable\`, or \`await backend.createTable()\` once`,
  shape: (table, details) =>
    `The table ${table} is not a cache table, or one of another version${details}: choose another name, or drop it and run ` +
    "`larder createcachetable`",
}

interface TableErrorOptions extends ErrorOptions {
  /** What is wrong with the columns of the table. */
  readonly problems?: readonly string[]
}

/**
 * The table does not exist, or is not a cache table. The message says what to do. If a statement failed, `cause` is the error
 * of the database; if `ping` or `createTable` checked the table, the message says which columns are wrong.
 */
export class TableError extends Error {
  override readonly name = "TableError"
  readonly code: "TABLE_MISSING" | "TABLE_SHAPE"
  /** The name of the table, as in the options. */
  readonly table: string

  constructor(defect: TableDefect, table: string, { problems, ...options }: TableErrorOptions = {}) {
    super(messages[defect](table, problems === undefined ? "" : ` (${problems.join("; ")})`), options)
    this.code = defect === "missing" ? "TABLE_MISSING" : "TABLE_SHAPE"
    this.table = table
  }
}
