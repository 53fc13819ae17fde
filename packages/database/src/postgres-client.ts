import type { Bound, Change, Connection, Row } from "./connection.js"

/** What is used of a `Pool` of `pg`. */
export interface PostgresPool {
  query(config: { text: string; values: unknown[] }): Promise<{ rows: unknown[]; rowCount: number | null }>
  readonly totalCount: number
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

  constructor(pool: PostgresPool) {
    this.#pool = pool
    this.location = locationOf(pool.options ?? {})
  }

  async select({ text, values }: Bound): Promise<readonly Row[]> {
    return (await this.#pool.query({ text, values: [...values] })).rows as Row[]
  }

  async selectValue(statement: Bound): Promise<unknown> {
    return (await this.select(statement))[0]?.value
  }

  async change({ text, values }: Bound): Promise<Change> {
    return { rows: (await this.#pool.query({ text, values: [...values] })).rowCount ?? 0 }
  }
}

function locationOf({ connectionString, host, port = 5432, database }: PostgresPoolOptions): string | undefined {
  if (connectionString !== undefined && URL.canParse(connectionString)) {
    const url = new URL(connectionString)
    return `postgres://${url.hostname || "localhost"}:${url.port || 5432}${url.pathname}`
  }
  return database === undefined ? undefined : `postgres://${host ?? "localhost"}:${port}/${database}`
}
