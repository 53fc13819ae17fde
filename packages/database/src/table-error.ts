import type { TableDefect } from "./dialect.js"

const advice: Readonly<Record<TableDefect, (table: string) => string>> = {
  missing: (table) =>
    `There is no cache table ${table}: run \`larder createcachetable\`, or \`await backend.createTable()\` once`,
  shape: (table) =>
    `The table ${table} is not a cache table, or one of another version: choose another name, or drop it and run ` +
    "`larder createcachetable`",
}

/** The table does not exist, or is not a cache table. The message says what to do; `cause` is the database's error. */
export class TableError extends Error {
  override readonly name = "TableError"
  readonly code: "TABLE_MISSING" | "TABLE_SHAPE"
  /** The name, as given to the backend. */
  readonly table: string

  constructor(defect: TableDefect, table: string, options?: ErrorOptions) {
    super(advice[defect](table), options)
    this.code = defect === "missing" ? "TABLE_MISSING" : "TABLE_SHAPE"
    this.table = table
  }
}
