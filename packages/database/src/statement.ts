import { hash } from "node:crypto"

/** A value that can be bound: bytes, an integer, or `null`. Lists are for batches, and strings only for SQLite. */
export type Parameter = Uint8Array | number | string | null | readonly Uint8Array[]

/** SQL with the placeholders of a database, and the names of the values that go there. */
export interface Statement {
  readonly text: string
  readonly names: readonly string[]
  /** The name under which a server may keep it prepared. Absent if there is no limit to the number of such statements. */
  readonly preparedName?: string
}

/** The placeholder of a database for the value at `position`, counted from 1. */
export type Placeholder = (position: number) => string

/** Compiles SQL whose parameters are written `:name`. A cast such as `::bigint` is not a parameter. */
export function compile(sql: string, placeholder: Placeholder): Statement {
  const names: string[] = []
  const text = sql.replace(/(?<!:):([a-z]\w*)/g, (_match, name: string) => placeholder(names.push(name)))
  return { text, names }
}

/** Names a statement by a hash of its text, so that different statements never share a name. */
export function withPreparedName(statement: Statement): Statement {
  return { ...statement, preparedName: `larder_${hash("sha256", statement.text).slice(0, 32)}` }
}

type NamedValues = Readonly<Record<string, Parameter>>

/** The values in the order of the placeholders. `now` is the value of `:now`. */
export function bind(statement: Statement, values: NamedValues, now?: number): Parameter[] {
  return bindRows(statement, [values], now)
}

/** Like `bind`, for a statement whose `names` are those of one row, and which binds several. */
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
