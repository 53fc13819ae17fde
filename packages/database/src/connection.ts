/** A row of an answer, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>

/** What a statement did that answers no rows. */
export interface Change {
  /** How many rows it inserted, updated or deleted. */
  readonly rows: number
  /** MySQL only: what the statement left in `LAST_INSERT_ID()`. */
  readonly insertId?: number
}

/** Text of one statement and its values in order. */
export interface Bound {
  readonly text: string
  readonly values: readonly unknown[]
  /** See `Statement`. */
  readonly preparedName?: string | undefined
}

/** A database in this process answers, or throws, at once. */
export type Answer<Result> = Result | Promise<Result>

/** The one thing asked of a client: to run a statement on its own, in its own transaction. */
export interface Connection {
  /** Names the database without credentials (`"sqlite:/var/cache.db"`), where the client tells. */
  readonly location: string | undefined
  /** Its answers are no promises, as the database is in this process. */
  readonly answersAtOnce?: true
  /** Runs a statement that answers rows. */
  select(statement: Bound): Answer<readonly Row[]>
  /** Runs a `SELECT` of at most one row with one column, `value`. Returns what is in it. */
  selectValue(statement: Bound): Answer<unknown>
  /** Runs an `UPDATE` of at most one row that hands out one `value` of it. Returns that value. */
  changeValue(statement: Bound): Answer<unknown>
  /** Runs a statement that answers none. */
  change(statement: Bound): Answer<Change>
  /** Runs SQL that makes the table. */
  define(sql: string): Answer<unknown>
  /**
   * Runs a statement with each of many lists of values, in one transaction. Only for a database in this process, where one
   * statement that writes many rows costs more than many statements.
   */
  changeEach?(text: string, values: readonly (readonly unknown[])[]): readonly Change[]
}
