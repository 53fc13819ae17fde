import { byteaArray } from "./bytea-array.js"
import type { BoundStatement, Connection, Row, WriteResult } from "./connection.js"
import { fieldOf } from "./dialect.js"
import { type EndingPool, type PendingCalls, pendingCallsOn } from "./pending-calls.js"

/** The prepared statement does not exist, has the name of another one, or has a result type that has changed since. */
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

/** The part of a `Pool` of `pg` that is used. */
export interface PostgresPool extends EndingPool {
  query(config: PostgresQuery, callback: (error: Error | null | undefined, result: PostgresResult) => void): void
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
  readonly #pending: PendingCalls
  #prepares = true

  constructor(pool: PostgresPool) {
    this.#pool = pool
    this.#pending = pendingCallsOn(pool)
    this.location = locationOf(pool.options ?? {})
  }

  async select(statement: BoundStatement): Promise<readonly Row[]> {
    return (await this.#run(statement)).rows as Row[]
  }

  async write(statement: BoundStatement): Promise<WriteResult> {
    return { affectedRows: (await this.#run(statement)).rowCount ?? 0 }
  }

  async writeReturning(statement: BoundStatement): Promise<unknown> {
    return (await this.select(statement))[0]?.value
  }

  define(sql: string): Promise<unknown> {
    return this.#run({ text: sql, values: [] })
  }

  async #run(statement: BoundStatement): Promise<PostgresResult> {
    const { text, preparedName } = statement
    // In binary: as text, a list is twice as long, and a `setMany` of 100 takes the server a quarter longer.
    const values = statement.values.map((value) => (Array.isArray(value) ? byteaArray(value) : value))
    if (preparedName === undefined || !this.#prepares) return this.#send({ text, values })
    try {
      return await this.#send({ text, values, name: preparedName })
    } catch (error) {
      if (!unprepared.has(fieldOf(error, "code"))) throw error
      // The server has rejected the statement before running it. Behind a pooler that gives each transaction another session,
      // this would happen again and again.
      this.#prepares = false
      return this.#send({ text, values })
    }
  }

  #send(query: PostgresQuery): Promise<PostgresResult> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject)
      try {
        this.#pool.query(query, (error, result) => {
          if (error) return this.#pending.failed(reject, error)
          this.#pending.succeeded(reject)
          resolve(result)
        })
      } catch (error) {
        this.#pending.failed(reject, error)
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
