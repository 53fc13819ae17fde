import { resolve } from "node:path"
import type { Bound, Change, Connection, Row } from "./connection.js"
import { spreadLists } from "./spread-lists.js"

/** What is used of a prepared statement of better-sqlite3 and of `node:sqlite`. */
export interface SqliteStatement {
  all(...values: never[]): unknown[]
  get(...values: never[]): unknown
  run(...values: never[]): { readonly changes: number | bigint }
  /** better-sqlite3: makes it answer the first column in place of a row. */
  pluck?(): this
}

/** What is used of a `Database` of better-sqlite3 and of a `DatabaseSync` of `node:sqlite`. */
export interface SqliteClient {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  /** better-sqlite3: the path that it was opened with. */
  readonly name?: string
  /** `node:sqlite`: the path of the database. */
  location?(): string | null
}

/** Runs statements on a SQLite database in this process, synchronously, one after the other. */
export class SqliteConnection implements Connection {
  readonly location: string | undefined
  readonly answersAtOnce = true
  readonly #client: SqliteClient
  readonly #prepared = new Map<string, SqliteStatement>()
  /** Those that answer a single value. */
  readonly #valuesBy = new Map<string, SqliteStatement>()

  constructor(client: SqliteClient) {
    this.#client = client
    this.location = locationOf(client)
  }

  // By `all` even where one row is expected: a statement that is left halfway would hold the write-ahead log back.
  select(statement: Bound): readonly Row[] {
    const { text, values } = spreadLists(statement)
    return this.#prepare(text).all(...(values as never[])) as Row[]
  }

  selectValue({ text, values }: Bound): unknown {
    const statement = this.#valuesBy.get(text) ?? this.#prepareValue(text)
    return valueIn(statement, statement.get(...(values as never[])))
  }

  // By `all`, which is slower than `get`, but ends a statement that writes, and says so when that fails.
  changeValue({ text, values }: Bound): unknown {
    const statement = this.#valuesBy.get(text) ?? this.#prepareValue(text)
    return valueIn(statement, statement.all(...(values as never[]))[0])
  }

  change({ text, values }: Bound): Change {
    return { rows: Number(this.#prepare(text).run(...(values as never[])).changes) }
  }

  define(sql: string): void {
    this.#client.exec(sql)
  }

  // By a savepoint, which also works where the client's owner is in a transaction.
  changeEach(text: string, values: readonly (readonly unknown[])[]): Change[] {
    const statement = this.#prepare(text)
    this.#prepare("SAVEPOINT larder").run()
    try {
      const changes = values.map((each) => ({ rows: Number(statement.run(...(each as never[])).changes) }))
      this.#prepare("RELEASE larder").run()
      return changes
    } catch (error) {
      this.#undo()
      throw error
    }
  }

  #undo(): void {
    try {
      this.#prepare("ROLLBACK TO larder").run()
      this.#prepare("RELEASE larder").run()
    } catch {
      // Some errors have ended the transaction already.
    }
  }

  #prepareValue(text: string): SqliteStatement {
    const statement = this.#client.prepare(text)
    statement.pluck?.()
    this.#valuesBy.set(text, statement)
    return statement
  }

  // The texts are few: none is made of what a caller hands in.
  #prepare(text: string): SqliteStatement {
    const known = this.#prepared.get(text)
    if (known !== undefined) return known
    const statement = this.#client.prepare(text)
    this.#prepared.set(text, statement)
    return statement
  }
}

/** What a statement that was prepared for a single value answers is that value, or, of `node:sqlite`, a row with it. */
function valueIn(statement: SqliteStatement, answer: unknown): unknown {
  return statement.pluck === undefined ? (answer as Row | undefined)?.value : answer
}

function locationOf(client: SqliteClient): string | undefined {
  const path = typeof client.location === "function" ? client.location() : client.name
  return path && path !== ":memory:" ? `sqlite:${resolve(path)}` : undefined
}
