import { byteaArray } from "./bytea-array.js"
import { callsOn, type EndingPool } from "./calls-on-pool.js"
import type { Bound, Change, Connection, Row } from "./connection.js"
import { fieldOf } from "./dialect.js"

/** The prepared statement is not there, is somebody else's, or answers columns that have changed since. */
const unprepared: ReadonlySet<string> = new Set(["26000", "42P05", "0A000"])

interface PostgresQuery {
  readonly text: string
  readonly values: unknown[]
  readonly name?: string
}

interface PostgresResult {
  readonly rows: unknown[]
  readonly rowCount: number | null
}

/** What is used of a `Pool` of `pg`. */
export interface PostgresPool extends EndingPool {
  query(config: PostgresQuery, answered: (error: Error | null | undefined, result: PostgresResult) => void): void
  readonly options?: PostgresPoolOptions
}

interface PostgresPoolOptions {
  readonly connectionString?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database?: string | undefined
}

/** Runs statements through a pool of `pg`. */
export class PostgresConnection implements Connection {
  readonly location: string | undefined
  readonly #pool: PostgresPool
  readonly #calls: ReturnType<typeof callsOn>
  #prepares = true

  constructor(pool: PostgresPool) {
    this.#pool = pool
    this.#calls = callsOn(pool)
    this.location = locationOf(pool.options ?? {})
  }

  async select(statement: Bound): Promise<readonly Row[]> {
    return (await this.#run(statement)).rows as Row[]
  }

  async selectValue(statement: Bound): Promise<unknown> {
    return (await this.select(statement))[0]?.value
  }

  changeValue(statement: Bound): Promise<unknown> {
    return this.selectValue(statement)
  }

  async change(statement: Bound): Promise<Change> {
    return { rows: (await this.#run(statement)).rowCount ?? 0 }
  }

  define(sql: string): Promise<unknown> {
    return this.change({ text: sql, values: [] })
  }

  async #run(statement: Bound): Promise<PostgresResult> {
    const { text, preparedName } = statement
    // Lists in binary: as texts they are twice as long, and a `setMany` of 100 takes the server a quarter longer.
    const values = statement.values.map((value) => (Array.isArray(value) ? byteaArray(value) : value))
    if (preparedName === undefined || !this.#prepares) return this.#send({ text, values })
    try {
      return await this.#send({ text, values, name: preparedName })
    } catch (error) {
      if (!unprepared.has(fieldOf(error, "code"))) throw error
      // Refused before anything was done. A pooler that gives each transaction another session would do it again.
      this.#prepares = false
      return this.#send({ text, values })
    }
  }

  #send(query: PostgresQuery): Promise<PostgresResult> {
    return new Promise((resolve, reject) => {
      this.#calls.add(reject)
      const fail = (error: unknown): void => {
        this.#calls.delete(reject)
        reject(error)
      }
      try {
        this.#pool.query(query, (error, result) => {
          if (error) return fail(error)
          this.#calls.delete(reject)
          resolve(result)
        })
      } catch (error) {
        fail(error)
      }
    })
  }
}

function locationOf({ connectionString, host, port = 5432, database }: PostgresPoolOptions): string | undefined {
  if (connectionString !== undefined && URL.canParse(connectionString)) {
    const url = new URL(connectionString)
    return `postgres://${url.hostname || "localhost"}:${url.port || 5432}${url.pathname}`
  }
  return database === undefined ? undefined : `postgres://${host ?? "localhost"}:${port}/${database}`
}
