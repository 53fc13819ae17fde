import { hash } from "node:crypto"

/** What a parameter can be. Bytes are bound as they are, and numbers are integers. Only SQLite is given texts. */
export type Parameter = Uint8Array | number | string | null | readonly Uint8Array[]

/** SQL with the placeholders of a database, and which value goes where. */
export interface Statement {
  readonly text: string
  readonly names: readonly string[]
  /** What a server may keep it prepared under; absent where there would be any number of such statements. */
  readonly preparedName?: string
}

/** How a database marks the place of the value at `position`, counted from 1. */
export type Placeholder = (position: number) => string

/** Makes a statement of SQL in which parameters are written `:name`. Casts like `::bigint` are none. */
export function compile(sql: string, placeholder: Placeholder): Statement {
  const names: string[] = []
  const text = sql.replace(/(?<!:):([a-z]\w*)/g, (_match, name: string) => placeholder(names.push(name)))
  return { text, names }
}

/** For one of a few statements that run again and again. Another text has another name. */
export function withPreparedName(statement: Statement): Statement {
  return { ...statement, preparedName: `larder_${hash("sha256", statement.text).slice(0, 32)}` }
}

type NamedValues = Readonly<Record<string, Parameter>>

/** The values in the order of the statement's placeholders. `now` is the one for `:now`. */
export function bind(statement: Statement, values: NamedValues, now?: number): Parameter[] {
  return bindRows(statement, [values], now)
}

/** The same for a statement that takes what one row has in turn for each of them. */
export function bindRows({ names }: Statement, rows: readonly NamedValues[], now?: number): Parameter[] {
  const bound: Parameter[] = []
  for (const row of rows) {
    for (const name of names) {
      const value = name === "now" ? now : row[name]
      if (value === undefined) throw new TypeError(`The statement has no value for :${name}`)
      bound.push(value)
    }
  }
  return bound
}
