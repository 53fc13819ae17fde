import type { Change, Connection, EachRunner, Row } from "./connection.js"
import type { Dialect } from "./dialect.js"
import { located } from "./located-error.js"
import { bind, type Parameter, type Statement } from "./statement.js"
import { TableError } from "./table-error.js"

/** A statement that lost against others is run so often, then its error is the caller's. */
const attempts = 8

export type Values = Readonly<Record<string, Parameter>>

/** Runs statements on the cache's table, and explains what is wrong with it. */
export class EntryTable {
  readonly #connection: Connection
  readonly #dialect: Dialect
  readonly #name: string
  readonly #now: () => number

  constructor(connection: Connection, dialect: Dialect, name: string, now: () => number) {
    this.#connection = connection
    this.#dialect = dialect
    this.#name = name
    this.#now = now
  }

  select(statement: Statement, values: Values = {}): Promise<readonly Row[]> {
    return this.#run(() => this.#connection.select({ text: statement.text, values: this.#bind(statement, values) }))
  }

  change(statement: Statement, values: Values = {}): Promise<Change> {
    return this.#run(() => this.#connection.change({ text: statement.text, values: this.#bind(statement, values) }))
  }

  /** Whether `selectEach` and `changeEach` are there, and better than a statement for many rows. */
  get runsEach(): boolean {
    return this.#connection.each !== undefined
  }

  selectEach(statement: Statement, values: readonly Values[]): Promise<readonly (readonly Row[])[]> {
    return this.#runEach((each, lists) => each.select(statement.text, lists), statement, values)
  }

  changeEach(statement: Statement, values: readonly Values[]): Promise<readonly Change[]> {
    return this.#runEach((each, lists) => each.change(statement.text, lists), statement, values)
  }

  /** Runs SQL without parameters. Its errors are the database's own. */
  async execute(text: string): Promise<void> {
    await this.#connection.change({ text, values: [] })
  }

  #runEach<Answer>(
    run: (each: EachRunner, lists: readonly Parameter[][]) => readonly Answer[],
    statement: Statement,
    values: readonly Values[],
  ): Promise<readonly Answer[]> {
    return this.#run(async () => {
      const { each } = this.#connection
      if (each === undefined) throw new TypeError("This connection runs no statement with each of many values")
      return run(
        each,
        values.map((value) => this.#bind(statement, value)),
      )
    })
  }

  #bind(statement: Statement, values: Values): Parameter[] {
    return bind(statement, this.#dialect.clock === undefined ? { ...values, now: this.#now() } : values)
  }

  async #run<Result>(task: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await task()
      } catch (error) {
        if (attempt < attempts && this.#dialect.isRetryable(error)) continue
        const defect = this.#dialect.defectOf(error)
        if (defect !== undefined) throw new TableError(defect, this.#name, { cause: error })
        throw located(error, this.#connection.location)
      }
    }
  }
}
