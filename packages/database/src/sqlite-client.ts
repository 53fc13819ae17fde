import { resolve } from "node:path"
import type { Bound, Change, Connection, EachRunner, Row } from "./connection.js"

/** What is used of a prepared statement of better-sqlite3 and of `node:sqlite`. */
export interface SqliteStatement {
  all(...values: never[]): unknown[]
  run(...values: never[]): { readonly changes: number | bigint }
}

/** What is used of a `Database` of better-sqlite3 and of a `DatabaseSync` of `node:sqlite`. */
export interface SqliteClient {
  prepare(sql: string): SqliteStatement
  /** better-sqlite3: the path that it was opened with. */
  readonly name?: string
  /** `node:sqlite`: the path of the database. */
  location?(): string | null
}

/** Runs statements on a SQLite database in this process, synchronously, one after the other. */
export class SqliteConnection implements Connection {
  readonly location: string | undefined
  readonly each: EachRunner = {
    select: (text, values) => this.#selectEach(text, values),
    change: (text, values) => this.#changeEach(text, values),
  }
  readonly #client: SqliteClient
  readonly #prepared = new Map<string, SqliteStatement>()

  constructor(client: SqliteClient) {
    this.#client = client
    this.location = locationOf(client)
  }

  // By `all` even where one row is expected: a statement that is left halfway would hold the write-ahead log back.
  async select({ text, values }: Bound): Promise<readonly Row[]> {
    return this.#prepare(text).all(...(values as never[])) as Row[]
  }

  async change({ text, values }: Bound): Promise<Change> {
    return { rows: Number(this.#prepare(text).run(...(values as never[])).changes) }
  }

  #selectEach(text: string, values: readonly (readonly unknown[])[]): Row[][] {
    const statement = this.#prepare(text)
    return values.map((each) => statement.all(...(each as never[])) as Row[])
  }

  // By a savepoint, which also works where the client's owner is in a transaction.
  #changeEach(text: string, values: readonly (readonly unknown[])[]): Change[] {
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

  // The texts are few: none is made of what a caller hands in.
  #prepare(text: string): SqliteStatement {
    const known = this.#prepared.get(text)
    if (known !== undefined) return known
    const statement = this.#client.prepare(text)
    this.#prepared.set(text, statement)
    return statement
  }
}

function locationOf(client: SqliteClient): string | undefined {
  const path = typeof client.location === "function" ? client.location() : client.name
  return path && path !== ":memory:" ? `sqlite:${resolve(path)}` : undefined
}
