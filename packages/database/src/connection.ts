/** A row of an answer, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>

/** What a statement did that answers no rows. */
export interface Change {
  /** How many rows it inserted, updated or deleted. */
  readonly rows: number
  /** MySQL only: what the statement left in `LAST_INSERT_ID()`. */
  readonly insertId?: number
}

/** Text of one statement and its values in order. */
export interface Bound {
  readonly text: string
  readonly values: readonly unknown[]
}

/** The one thing asked of a client: to run a statement on its own, in its own transaction. */
export interface Connection {
  /** Names the database without credentials (`"sqlite:/var/cache.db"`), where the client tells. */
  readonly location: string | undefined
  /** Runs a statement that answers rows. */
  select(statement: Bound): Promise<readonly Row[]>
  /** Runs a statement that answers none. */
  change(statement: Bound): Promise<Change>
  /** Only for a database in this process, where one statement for many rows costs more than many statements. */
  readonly each?: EachRunner
}

/** Runs one statement with each of many lists of values. */
export interface EachRunner {
  select(text: string, values: readonly (readonly unknown[])[]): readonly (readonly Row[])[]
  /** In one transaction. */
  change(text: string, values: readonly (readonly unknown[])[]): readonly Change[]
}
