import { resolve } from "node:path"
import type { Bound, Change, Connection, Row } from "./connection.js"
import { spreadLists } from "./spread-lists.js"

/** What is used of an adapter of `@keyv/sqlite`. */
export interface KeyvSqliteAdapter {
  /** Runs one statement and answers the rows of a `SELECT` or of `RETURNING`. */
  query(sql: string, ...parameters: never[]): Promise<unknown>
  /** The path of the database. */
  readonly opts: { readonly db?: string }
}

const answersNothing = /^(?:INSERT|UPDATE|DELETE)\b/

/**
 * Runs statements through an adapter of `@keyv/sqlite`, on its own tables. The adapter tells neither how many rows a
 * statement changed nor, from its version 6 on, takes bytes: so each change answers a row for each row that it met,
 * and bytes are handed over as hexadecimal digits.
 */
export class KeyvSqliteConnection implements Connection {
  readonly location: string | undefined
  readonly #adapter: KeyvSqliteAdapter

  constructor(adapter: KeyvSqliteAdapter) {
    this.#adapter = adapter
    const { db } = adapter.opts
    this.location = db && db !== ":memory:" ? `sqlite:${resolve(db)}` : undefined
  }

  async select(statement: Bound): Promise<readonly Row[]> {
    const { text, values } = spreadLists(statement)
    let position = 0
    // No statement of ours has a question mark that is not a placeholder.
    const sql = text.replaceAll("?", () => (values[position++] instanceof Uint8Array ? "unhex(?)" : "?"))
    const rows = await this.#adapter.query(sql, ...(values.map(withoutBytes) as never[]))
    return rows as Row[]
  }

  async selectValue(statement: Bound): Promise<unknown> {
    return (await this.select(statement))[0]?.value
  }

  changeValue(statement: Bound): Promise<unknown> {
    return this.selectValue(statement)
  }

  async change({ text, values }: Bound): Promise<Change> {
    const counted = answersNothing.test(text) ? `${text} RETURNING 1 AS met` : text
    return { rows: (await this.select({ text: counted, values })).length }
  }

  define(sql: string): Promise<unknown> {
    return this.change({ text: sql, values: [] })
  }
}

function withoutBytes(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString("hex")
}
