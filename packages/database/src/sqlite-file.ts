import { existsSync } from "node:fs"
import { dirname } from "node:path"
import type { SqliteClient, SqliteStatement } from "./sqlite-client.js"

/** What is used of a client that is opened here. */
export interface Openable extends SqliteClient {
  close(): unknown
}

/**
 * A file that is created by `exec`, which creates the table, and by nothing else: looking for a table leaves no file behind.
 * An existing file is opened at once, one that appears later when it is used. If its directory is missing, it is opened at
 * once, too, which fails with the client's error.
 */
export class SqliteFile implements SqliteClient {
  readonly name: string
  readonly #open: () => Openable
  readonly #prepareForWrites: (client: SqliteClient) => void
  #client: Openable | undefined
  #isReadyForWrites = false
  #isClosed = false

  /** Calls `prepareForWrites` once before the first statement that may write; again if it throws, which fails the statement. */
  constructor(path: string, open: () => Openable, prepareForWrites: (client: SqliteClient) => void) {
    this.name = path
    this.#open = open
    this.#prepareForWrites = prepareForWrites
    if (this.#isThere || !existsSync(dirname(path))) this.#client = open()
  }

  prepare(sql: string): SqliteStatement {
    // The message is SQLite's for a database without the table.
    if (this.#client === undefined && !this.#isThere) throw new Error(`no such table: there is no file ${this.name}`)
    // First, as it fails if there is no table.
    const statement = this.#opened.prepare(sql)
    if (!sql.startsWith("SELECT ")) this.#beReadyForWrites()
    return statement
  }

  exec(sql: string): unknown {
    this.#beReadyForWrites()
    return this.#opened.exec(sql)
  }

  close(): void {
    this.#isClosed = true
    this.#client?.close()
  }

  #beReadyForWrites(): void {
    if (this.#isReadyForWrites) return
    this.#prepareForWrites(this.#opened)
    this.#isReadyForWrites = true
  }

  get #opened(): Openable {
    if (this.#isClosed && this.#client === undefined) throw new Error("The database connection is not open")
    this.#client ??= this.#open()
    return this.#client
  }

  get #isThere(): boolean {
    return this.name === ":memory:" || existsSync(this.name)
  }
}
