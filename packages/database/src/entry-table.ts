import { clientClosed } from "./client-closed.js"
import type { BoundStatement, Connection, MaybePromise, Row, WriteResult } from "./connection.js"
import type { Dialect } from "./dialect.js"
import { DatabaseError, located } from "./located-error.js"
import { bind, bindRows, type Parameter, type Statement } from "./statement.js"
import { TableError } from "./table-error.js"
import { shapeProblems } from "./table-shape.js"

/** How often a statement runs that fails because of concurrent ones, before its error is thrown. */
const maxAttempts = 20

export type Values = Readonly<Record<string, Parameter>>

type Task<Result> = (connection: Connection, bound: BoundStatement) => MaybePromise<Result>

/** Runs statements on the table of a cache, and explains its errors. Synchronous if its connection is. */
export class EntryTable {
  /** Names the database and the table, without credentials. Absent: unknown. */
  readonly location: string | undefined
  readonly #connection: Connection
  readonly #dialect: Dialect
  readonly #name: string
  readonly #now: () => number

  constructor(connection: Connection, dialect: Dialect, name: string, now: () => number) {
    this.location = connection.location && `${connection.location}?table=${name}`
    this.#connection = connection
    this.#dialect = dialect
    this.#name = name
    this.#now = now
  }

  select(statement: Statement, values: Values = {}): MaybePromise<readonly Row[]> {
    return this.#run(select, this.#bound(statement, values))
  }

  /** Returns the column `value` of the row with this key. The statement binds nothing but the key and, after it, the time. */
  selectValue(statement: Statement, key: Uint8Array): MaybePromise<unknown> {
    if (this.#connection.selectValue === undefined) return this.#firstValue(statement, { key })
    try {
      return this.#connection.selectValue(statement.text, key, this.#now())
    } catch (error) {
      throw this.#explained(error)
    }
  }

  write(statement: Statement, values: Values = {}): MaybePromise<WriteResult> {
    return this.#run(write, this.#bound(statement, values))
  }

  /** Updates the only row, and returns the `value` that the statement returns. */
  writeReturning(statement: Statement, values: Values): MaybePromise<unknown> {
    return this.#run(writeReturning, this.#bound(statement, values))
  }

  /** Runs a statement for several rows, which binds the values of each in turn. */
  writeRows(statement: Statement, rows: readonly Values[]): MaybePromise<WriteResult> {
    const now = this.#clock()
    return this.#run(write, { text: statement.text, values: bindRows(statement, rows, now) })
  }

  /** Whether results are returned and not promised. */
  get isSynchronous(): boolean {
    return this.#connection.selectValue !== undefined
  }

  /** Whether `writeEach` is supported. It is then faster than `writeRows`. */
  get writesEach(): boolean {
    return this.#connection.writeEach !== undefined
  }

  /** Runs a statement once for each of the rows, in one transaction. */
  writeEach(statement: Statement, rows: readonly Values[]): MaybePromise<readonly WriteResult[]> {
    const now = this.#clock()
    const lists = rows.map((row) => bind(statement, row, now))
    return this.#run(
      (connection, { text }) => {
        if (connection.writeEach === undefined) throw new TypeError("This connection cannot write each row by itself")
        return connection.writeEach(text, lists)
      },
      { text: statement.text, values: [] },
    )
  }

  /** Runs a statement that creates the table or an index. Rejects with the error of the database as it is. */
  async define(sql: string): Promise<void> {
    await this.#connection.define(sql)
  }

  /** Rejects with a `TableError` unless the table exists and is a cache table. `columns` describes its columns. */
  async check(columns: Statement): Promise<void> {
    const problems = shapeProblems(await this.select(columns), this.#dialect.types)
    if (problems.length > 0) throw new TableError("shape", this.#name, { problems })
  }

  /** Whether the database is available and has rejected the statement itself. */
  isRefusal(error: unknown): boolean {
    if (error instanceof TableError) return true
    return this.#dialect.isRefusal(error instanceof DatabaseError ? error.cause : error)
  }

  async #firstValue(statement: Statement, values: Values): Promise<unknown> {
    return (await this.select(statement, values))[0]?.value
  }

  #bound(statement: Statement, values: Values): BoundStatement {
    const { text, preparedName } = statement
    return { text, values: bind(statement, values, this.#clock()), preparedName }
  }

  #clock(): number | undefined {
    return this.#dialect.clock === undefined ? this.#now() : undefined
  }

  #run<Result>(task: Task<Result>, bound: BoundStatement): MaybePromise<Result> {
    try {
      const result = task(this.#connection, bound)
      return result instanceof Promise ? this.#retried(result, task, bound) : result
    } catch (error) {
      throw this.#explained(error)
    }
  }

  async #retried<Result>(first: Promise<Result>, task: Task<Result>, bound: BoundStatement): Promise<Result> {
    let result: MaybePromise<Result> = first
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await result
      } catch (error) {
        if (attempt === maxAttempts || !this.#dialect.isRetryable(error)) throw this.#explained(error)
        result = task(this.#connection, bound)
      }
    }
  }

  #explained(error: unknown): unknown {
    if (this.#dialect.isClientClosed(error)) return located(clientClosed(error), this.location)
    const defect = this.#dialect.defectOf(error)
    return defect === undefined ? located(error, this.location) : new TableError(defect, this.#name, { cause: error })
  }
}

// Defined once: a closure for each call would cost time on the hottest path.
const select = (connection: Connection, bound: BoundStatement) => connection.select(bound)
const write = (connection: Connection, bound: BoundStatement) => connection.write(bound)
const writeReturning = (connection: Connection, bound: BoundStatement) => connection.writeReturning(bound)
