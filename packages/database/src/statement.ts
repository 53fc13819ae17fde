/**
 * What a parameter can be. Bytes are bound as they are, and numbers are integers. Only SQLite is given texts, and only
 * PostgreSQL arrays.
 */
export type Parameter = Uint8Array | number | string | null | readonly Uint8Array[]

/** SQL with the placeholders of a database, and which value goes where. */
export interface Statement {
  readonly text: string
  readonly names: readonly string[]
}

/** How a database marks the place of the value at `position`, counted from 1. */
export type Placeholder = (position: number) => string

/** Makes a statement of SQL in which parameters are written `:name`. Casts like `::bigint` are none. */
export function compile(sql: string, placeholder: Placeholder): Statement {
  const names: string[] = []
  const text = sql.replace(/(?<!:):([a-z]\w*)/g, (_match, name: string) => placeholder(names.push(name)))
  return { text, names }
}

/** The values in the order of the statement's placeholders. `now` is the one for `:now`. */
export function bind({ names }: Statement, values: Readonly<Record<string, Parameter>>, now?: number): Parameter[] {
  return names.map((name) => {
    const value = name === "now" ? now : values[name]
    if (value === undefined) throw new TypeError(`The statement has no value for :${name}`)
    return value
  })
}
