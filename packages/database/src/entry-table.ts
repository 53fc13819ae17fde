import { clientClosed } from "./client-closed.js"
import type { Answer, Bound, Change, Connection, Row } from "./connection.js"
import type { Dialect } from "./dialect.js"
import { DatabaseError, located } from "./located-error.js"
import { bind, bindRows, type Parameter, type Statement } from "./statement.js"
import { TableError } from "./table-error.js"
import { misfitsIn } from "./table-shape.js"

/** A statement that lost against others is run so often, then its error is the caller's. */
const attempts = 8

export type Values = Readonly<Record<string, Parameter>>

type Task<Result> = (connection: Connection, bound: Bound) => Answer<Result>

/** Runs statements on the cache's table, and explains what is wrong with it. Answers or throws at once where its connection does. */
export class EntryTable {
  /** Names the database and the table without credentials, where the client tells. */
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

  select(statement: Statement, values: Values = {}): Answer<readonly Row[]> {
    return this.#run(select, this.#bound(statement, values))
  }

  /** What is in the column `value` of the only row. */
  selectValue(statement: Statement, values: Values): Answer<unknown> {
    return this.#run(selectValue, this.#bound(statement, values))
  }

  /** Changes the only row, and returns the `value` that the statement hands out. */
  changeValue(statement: Statement, values: Values): Answer<unknown> {
    return this.#run(changeValue, this.#bound(statement, values))
  }

  change(statement: Statement, values: Values = {}): Answer<Change> {
    return this.#run(change, this.#bound(statement, values))
  }

  /** Runs a statement for many rows, which takes the values of each in turn. */
  changeRows(statement: Statement, rows: readonly Values[]): Answer<Change> {
    const now = this.#clock()
    return this.#run(change, { text: statement.text, values: bindRows(statement, rows, now) })
  }

  /** Whether its answers are no promises. */
  get answersAtOnce(): boolean {
    return this.#connection.answersAtOnce === true
  }

  /** Whether `changeEach` is there, and better than a statement for many rows. */
  get changesEach(): boolean {
    return this.#connection.changeEach !== undefined
  }

  /** Runs the statement with each of the values, in one transaction. */
  changeEach(statement: Statement, values: readonly Values[]): Answer<readonly Change[]> {
    const now = this.#clock()
    const lists = values.map((value) => bind(statement, value, now))
    return this.#run(
      (connection, { text }) => {
        if (connection.changeEach === undefined) throw new TypeError("This connection runs one statement at a time")
        return connection.changeEach(text, lists)
      },
      { text: statement.text, values: [] },
    )
  }

  /** Runs SQL that makes the table. Its errors are the database's own. */
  async define(sql: string): Promise<void> {
    await this.#connection.define(sql)
  }

  /** Rejects with a `TableError` unless the table exists and is a cache table. `columns` describes its columns. */
  async check(columns: Statement): Promise<void> {
    const misfits = misfitsIn(await this.select(columns), this.#dialect.types)
    if (misfits.length > 0) throw new TableError("shape", this.#name, { misfits })
  }

  /** Whether the database was reached and does not do what it was asked. */
  isRefusal(error: unknown): boolean {
    if (error instanceof TableError) return true
    return this.#dialect.isRefusal(error instanceof DatabaseError ? error.cause : error)
  }

  #bound(statement: Statement, values: Values): Bound {
    const { text, preparedName } = statement
    return { text, values: bind(statement, values, this.#clock()), preparedName }
  }

  #clock(): number | undefined {
    return this.#dialect.clock === undefined ? this.#now() : undefined
  }

  #run<Result>(task: Task<Result>, bound: Bound): Answer<Result> {
    try {
      const answer = task(this.#connection, bound)
      return answer instanceof Promise ? this.#retried(answer, task, bound) : answer
    } catch (error) {
      throw this.#explained(error)
    }
  }

  async #retried<Result>(first: Promise<Result>, task: Task<Result>, bound: Bound): Promise<Result> {
    let answer: Answer<Result> = first
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await answer
      } catch (error) {
        if (attempt === attempts || !this.#dialect.isRetryable(error)) throw this.#explained(error)
        answer = task(this.#connection, bound)
      }
    }
  }

  #explained(error: unknown): unknown {
    if (this.#dialect.saysClosed(error)) return located(clientClosed(error), this.location)
    const defect = this.#dialect.defectOf(error)
    return defect === undefined ? located(error, this.location) : new TableError(defect, this.#name, { cause: error })
  }
}

// Not made anew by each call, of which there are a hundred thousand a second.
const select = (connection: Connection, bound: Bound) => connection.select(bound)
const selectValue = (connection: Connection, bound: Bound) => connection.selectValue(bound)
const changeValue = (connection: Connection, bound: Bound) => connection.changeValue(bound)
const change = (connection: Connection, bound: Bound) => connection.change(bound)
