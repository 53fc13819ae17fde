import { resolve } from "node:path"
import type { BoundStatement, Connection, Row, WriteResult } from "./connection.js"
import { expandLists } from "./expand-lists.js"
import { asBuffer } from "./key-bytes.js"
import { checkEncoding, encodingQuery } from "./sqlite-encoding.js"

/** The part of an adapter of `@keyv/sqlite` that is used. */
export interface KeyvSqliteAdapter {
  /** Runs one statement, and returns the rows of a `SELECT` or of `RETURNING`. */
  query(sql: string, ...parameters: never[]): Promise<unknown>
  /** The path of the database. */
  readonly opts: { readonly db?: string }
}

/**
 * Runs statements through an adapter of `@keyv/sqlite`, on a table of our own. The adapter does not return how many rows a
 * write affected, so each write returns a row for each. From version 6 on, it does not accept bytes, so they are sent as
 * hexadecimal digits.
 */
export class KeyvSqliteConnection implements Connection {
  readonly location: string | undefined
  readonly #adapter: KeyvSqliteAdapter
  #hasCheckedEncoding = false

  constructor(adapter: KeyvSqliteAdapter) {
    this.#adapter = adapter
    const { db } = adapter.opts
    this.location = db && db !== ":memory:" ? `sqlite:${resolve(db)}` : undefined
  }

  async select(statement: BoundStatement): Promise<readonly Row[]> {
    if (!this.#hasCheckedEncoding) {
      const [row] = (await this.#adapter.query(encodingQuery)) as Row[]
      checkEncoding(row)
      this.#hasCheckedEncoding = true
    }
    const { text, values } = expandLists(statement)
    let position = 0
    // In our statements, every question mark is a placeholder.
    const sql = text.replaceAll("?", () => (values[position++] instanceof Uint8Array ? "unhex(?)" : "?"))
    const rows = await this.#adapter.query(sql, ...(values.map(withoutBytes) as never[]))
    return rows as Row[]
  }

  async write({ text, values }: BoundStatement): Promise<WriteResult> {
    return { affectedRows: (await this.select({ text: `${text} RETURNING 1 AS affected`, values })).length }
  }

  async writeReturning(statement: BoundStatement): Promise<unknown> {
    return (await this.select(statement))[0]?.value
  }

  define(sql: string): Promise<unknown> {
    return this.#adapter.query(sql)
  }
}

function withoutBytes(value: unknown): unknown {
  return value instanceof Uint8Array ? asBuffer(value).toString("hex") : value
}
