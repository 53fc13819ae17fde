import { existsSync } from "node:fs"
import { dirname } from "node:path"
import type { SqliteClient, SqliteStatement } from "./sqlite-client.js"

/** What is used of a client that is opened here. */
export interface Openable extends SqliteClient {
  close(): unknown
}

/**
 * A file that only `exec`, which makes the table, makes: looking whether there is one leaves nothing behind. Opens a file
 * that is there at once, and one that comes later when it is asked. In a directory that is not there it opens it at once,
 * too, which fails with what the client says.
 */
export class SqliteFile implements SqliteClient {
  readonly name: string
  readonly #open: () => Openable
  #client: Openable | undefined
  #isClosed = false

  constructor(path: string, open: () => Openable) {
    this.name = path
    this.#open = open
    if (this.#isThere || !existsSync(dirname(path))) this.#client = open()
  }

  prepare(sql: string): SqliteStatement {
    // In the words of SQLite for a database without the table.
    if (this.#client === undefined && !this.#isThere) throw new Error(`no such table: there is no file ${this.name}`)
    return this.#opened.prepare(sql)
  }

  exec(sql: string): unknown {
    return this.#opened.exec(sql)
  }

  close(): void {
    this.#isClosed = true
    this.#client?.close()
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
