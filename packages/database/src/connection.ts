/** A row of a result, by column name. */
export type Row = Readonly<Record<string, unknown>>

/** The result of a statement that returns no rows. */
export interface WriteResult {
  /** How many rows were inserted, updated or deleted. */
  readonly affectedRows: number
  /** MySQL only: the `LAST_INSERT_ID()` of the statement. */
  readonly insertId?: number
}

/** A statement with the values of its placeholders, in order. */
export interface BoundStatement {
  readonly text: string
  readonly values: readonly unknown[]
  /** See `Statement`. */
  readonly preparedName?: string | undefined
}

/** A database in this process returns its result, or throws, synchronously. */
export type MaybePromise<Result> = Result | Promise<Result>

/** What the backend needs of a client, from any library. Each statement runs in a transaction of its own. */
export interface Connection {
  /** Names the database, without credentials: `"sqlite:/var/cache.db"`. Absent: unknown. */
  readonly location: string | undefined
  /** Runs a `SELECT`. */
  select(statement: BoundStatement): MaybePromise<readonly Row[]>
  /**
   * Runs a `SELECT` of at most one row with a single column, `value`, which binds a key and then the time. Returns that value,
   * or `undefined` if there is no row. Only for a database in this process, where an array and an object for the values of
   * each call cost a tenth of the time of a read.
   */
  selectValue?(text: string, key: Uint8Array, now: number): unknown
  /** Runs an `INSERT`, `UPDATE` or `DELETE` that returns no rows. */
  write(statement: BoundStatement): MaybePromise<WriteResult>
  /** Runs an `UPDATE` of at most one row that returns a `value`. Returns that value, or `undefined` if there is no row. */
  writeReturning(statement: BoundStatement): MaybePromise<unknown>
  /**
   * Runs a statement that writes once for each list of values, in one transaction. Only for a database in this process, where
   * many short statements are faster than a long one for many rows.
   */
  writeEach?(text: string, lists: readonly (readonly unknown[])[]): readonly WriteResult[]
  /** Runs a statement that creates the table or an index. */
  define(sql: string): MaybePromise<unknown>
}
