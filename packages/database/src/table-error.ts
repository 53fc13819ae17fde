import type { TableDefect } from "./dialect.js"

const messages: Readonly<Record<TableDefect, (table: string, details: string) => string>> = {
  missing: (table) =>
    `There is no cache table ${table}: run \`larder createcachetable\`, or \`await backend.createTable()\` once`,
  shape: (table, details) =>
    `The table ${table} is not a cache table, or one of another version${details}: choose another name, or drop it and run ` +
    "`larder createcachetable`",
}

interface TableErrorOptions extends ErrorOptions {
  /** What is wrong with the shape of the table. */
  readonly misfits?: readonly string[]
}

/**
 * The table does not exist, or is not a cache table. The message says what to do; `cause` is the database's error, unless
 * `ping` or `createTable` found the table to be wrong: then the message says which columns are.
 */
export class TableError extends Error {
  override readonly name = "TableError"
  readonly code: "TABLE_MISSING" | "TABLE_SHAPE"
  /** The name, as given to the backend. */
  readonly table: string

  constructor(defect: TableDefect, table: string, { misfits, ...options }: TableErrorOptions = {}) {
    super(messages[defect](table, misfits === undefined ? "" : ` (${misfits.join("; ")})`), options)
    this.code = defect === "missing" ? "TABLE_MISSING" : "TABLE_SHAPE"
    this.table = table
  }
}
