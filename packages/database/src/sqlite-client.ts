import { resolve } from "node:path"
import type { BoundStatement, Connection, Row, WriteResult } from "./connection.js"
import { expandLists } from "./expand-lists.js"
import { checkEncoding, encodingQuery } from "./sqlite-encoding.js"

/** The part of a prepared statement of better-sqlite3 or `node:sqlite` that is used. */
export interface SqliteStatement {
  all(...values: never[]): unknown[]
  get(...values: never[]): unknown
  run(...values: never[]): { readonly changes: number | bigint }
  /** better-sqlite3: makes the statement return the first column instead of rows. */
  pluck?(): this
  /** `node:sqlite`: chooses arrays or objects for rows. Absent in older versions, which return objects. */
  setReturnArrays?(enabled: boolean): void
}

/** The part of a `Database` of better-sqlite3 or a `DatabaseSync` of `node:sqlite` that is used. */
export interface SqliteClient {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  /** better-sqlite3: the path that it was opened with. */
  readonly name?: string
  /** `node:sqlite`: the path of the database. */
  location?(): string | null
}

/** A client that sets itself up for writes when the first one comes. */
export interface WriteAwareClient extends SqliteClient {
  /** Called after a statement that writes was prepared, and before it runs. */
  beforeWrite?(): void
}

/** Runs statements on a SQLite database in this process, synchronously. */
export class SqliteConnection implements Connection {
  readonly location: string | undefined
  readonly #client: WriteAwareClient
  /** Prepared statements by SQL. It varies with the number of keys in a batch at most. */
  readonly #statements = new Map<string, SqliteStatement>()
  /** Those that return a single value. */
  readonly #valueStatements = new Map<string, SqliteStatement>()
  #hasCheckedEncoding = false

  constructor(client: WriteAwareClient) {
    this.#client = client
    this.location = locationOf(client)
  }

  select(statement: BoundStatement): readonly Row[] {
    const { text, values } = expandLists(statement)
    const prepared = this.#statements.get(text) ?? keep(this.#statements, text, this.#prepare(text))
    return prepared.all(...(values as never[])) as Row[]
  }

  selectValue(text: string, key: Uint8Array, now: number): unknown {
    const statement = this.#valueStatements.get(text) ?? this.#keepForValue(text, this.#prepare(text))
    return valueIn(statement, statement.get(key as never, now as never))
  }

  write({ text, values }: BoundStatement): WriteResult {
    return resultOf(this.#writing(text).run(...(values as never[])))
  }

  // With `all`: `get` is faster, but may stop before the write is complete, and then does not report its failure.
  writeReturning({ text, values }: BoundStatement): unknown {
    const statement = this.#valueStatements.get(text) ?? this.#keepForValue(text, this.#prepareWrite(text))
    return valueIn(statement, statement.all(...(values as never[]))[0])
  }

  // In a savepoint, which also works inside a transaction of the client's owner.
  writeEach(text: string, lists: readonly (readonly unknown[])[]): WriteResult[] {
    const statement = this.#writing(text)
    this.#control("SAVEPOINT larder")
    try {
      const results = lists.map((values) => resultOf(statement.run(...(values as never[]))))
      this.#control("RELEASE larder")
      return results
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  define(sql: string): void {
    this.#client.exec(sql)
  }

  #rollBack(): void {
    try {
      this.#control("ROLLBACK TO larder")
      this.#control("RELEASE larder")
    } catch {
      // Some errors have already rolled the transaction back.
    }
  }

  /** Runs a statement that controls a transaction. */
  #control(text: string): void {
    const statement = this.#statements.get(text) ?? keep(this.#statements, text, this.#prepare(text))
    statement.run()
  }

  #writing(text: string): SqliteStatement {
    return this.#statements.get(text) ?? keep(this.#statements, text, this.#prepareWrite(text))
  }

  #prepare(text: string): SqliteStatement {
    if (!this.#hasCheckedEncoding) {
      checkEncoding(this.#prepareUnchecked(encodingQuery).get() as Row)
      this.#hasCheckedEncoding = true
    }
    return this.#prepareUnchecked(text)
  }

  #prepareUnchecked(text: string): SqliteStatement {
    const statement = this.#client.prepare(text)
    // Whatever the database does for the statements of the application.
    statement.setReturnArrays?.(false)
    return statement
  }

  #prepareWrite(text: string): SqliteStatement {
    const statement = this.#prepare(text)
    this.#client.beforeWrite?.()
    return statement
  }

  #keepForValue(text: string, statement: SqliteStatement): SqliteStatement {
    statement.pluck?.()
    return keep(this.#valueStatements, text, statement)
  }
}

function keep(statements: Map<string, SqliteStatement>, text: string, statement: SqliteStatement): SqliteStatement {
  statements.set(text, statement)
  return statement
}

function resultOf({ changes }: { readonly changes: number | bigint }): WriteResult {
  return { affectedRows: Number(changes) }
}

/** The value in a result: that itself with `pluck`, or a column of a row. */
function valueIn(statement: SqliteStatement, result: unknown): unknown {
  return statement.pluck === undefined ? (result as Row | undefined)?.value : result
}

function locationOf(client: SqliteClient): string | undefined {
  const path = typeof client.location === "function" ? client.location() : client.name
  return path && path !== ":memory:" ? `sqlite:${resolve(path)}` : undefined
}
