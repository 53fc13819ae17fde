import type { Milliseconds } from "@larder/core"
import type { Bound, Change, Connection, Row } from "./connection.js"
import { fieldOf } from "./dialect.js"
import { within } from "./within.js"

interface MysqlQuery {
  readonly sql: string
  readonly values: never[]
  readonly rowsAsArray: false
  readonly namedPlaceholders: false
}

interface MysqlPoolConnection {
  query(query: MysqlQuery): Promise<readonly [unknown, unknown]>
  release(): void
  destroy(): void
}

/** What is used of a `Pool` of `mysql2/promise`. */
export interface MysqlPool {
  getConnection(): Promise<MysqlPoolConnection>
  readonly pool: object
}

interface MysqlAddress {
  readonly host?: string
  readonly port?: number
  readonly database?: string
}

/** Runs statements through a pool of `mysql2/promise`. */
export class MysqlConnection implements Connection {
  readonly location: string | undefined
  readonly #pool: MysqlPool
  readonly #timeout: Milliseconds

  /** A statement that takes longer than the timeout fails, and its connection with it. */
  constructor(pool: MysqlPool, timeout: Milliseconds) {
    this.#pool = pool
    this.#timeout = timeout
    this.location = locationOf(pool)
  }

  async select(statement: Bound): Promise<readonly Row[]> {
    return (await this.#run(statement)) as Row[]
  }

  async selectValue(statement: Bound): Promise<unknown> {
    return (await this.select(statement))[0]?.value
  }

  async change(statement: Bound): Promise<Change> {
    const { affectedRows, insertId } = (await this.#run(statement)) as { affectedRows: number; insertId: number }
    return { rows: affectedRows, insertId }
  }

  // Written out by the driver and not prepared: one trip, and nothing that fills the server's table of statements.
  // Bytes and integers, which are all that is bound, have one spelling in every SQL mode.
  async #run({ text, values }: Bound): Promise<unknown> {
    const connection = await within(this.#timeout, this.#pool.getConnection(), (late) => late.release())
    const query = { sql: text, values: values as never[], rowsAsArray: false, namedPlaceholders: false } as const
    let usable = false
    try {
      const [result] = await within(this.#timeout, connection.query(query))
      usable = true
      return result
    } catch (error) {
      usable = isAnswer(error)
      throw error
    } finally {
      // The driver would hand out a connection that waits for an answer for ever.
      if (usable) connection.release()
      else connection.destroy()
    }
  }
}

/** Whether the server itself refused the statement, so that the connection is in order. It closes it for a large one. */
function isAnswer(error: unknown): boolean {
  if (fieldOf(error, "code") === "ER_NET_PACKET_TOO_LARGE") return false
  return typeof error === "object" && error !== null && "sqlState" in error && typeof error.sqlState === "string"
}

function locationOf({ pool }: MysqlPool): string | undefined {
  const { config } = pool as { readonly config?: { readonly connectionConfig?: MysqlAddress } }
  const { host = "localhost", port = 3306, database } = config?.connectionConfig ?? {}
  return database === undefined ? undefined : `mysql://${host}:${port}/${database}`
}
