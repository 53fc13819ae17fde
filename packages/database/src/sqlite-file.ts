import { existsSync } from "node:fs"
import { dirname } from "node:path"
import type { SqliteClient, SqliteStatement, WriteAwareClient } from "./sqlite-client.js"

/** A client that can be closed. */
export interface ClosableClient extends SqliteClient {
  close(): unknown
}

/**
 * A file that only `exec` creates, and so only the creation of a table: to look for one leaves no file behind. An existing file
 * is opened immediately, and one that appears later on its first use. If the directory is missing, the file is also opened
 * immediately, which throws the client's error.
 */
export class SqliteFile implements WriteAwareClient {
  readonly name: string
  readonly #open: () => ClosableClient
  readonly #prepareForWrites: (client: SqliteClient) => void
  #client: ClosableClient | undefined
  #isReadyForWrites = false
  #isClosed = false

  /** Before the first write, calls `prepareForWrites`. If that throws, the write fails, and the next one calls it again. */
  constructor(path: string, open: () => ClosableClient, prepareForWrites: (client: SqliteClient) => void) {
    this.name = path
    this.#open = open
    this.#prepareForWrites = prepareForWrites
    if (this.#exists || !existsSync(dirname(path))) this.#client = open()
  }

  prepare(sql: string): SqliteStatement {
    // Begins like the message of SQLite for a missing table.
    if (this.#client === undefined && !this.#exists) throw new Error(`no such table: there is no file ${this.name}`)
    return this.#opened.prepare(sql)
  }

  exec(sql: string): unknown {
    this.beforeWrite()
    return this.#opened.exec(sql)
  }

  beforeWrite(): void {
    if (this.#isReadyForWrites) return
    this.#prepareForWrites(this.#opened)
    this.#isReadyForWrites = true
  }

  close(): void {
    this.#isClosed = true
    this.#client?.close()
  }

  get #opened(): ClosableClient {
    if (this.#isClosed && this.#client === undefined) throw new Error("The database connection is not open")
    this.#client ??= this.#open()
    return this.#client
  }

  get #exists(): boolean {
    return this.name === ":memory:" || existsSync(this.name)
  }
}
