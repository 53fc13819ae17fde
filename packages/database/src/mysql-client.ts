import type { Milliseconds } from "@larder/core"
import type { Bound, Change, Connection, Row } from "./connection.js"
import { fieldOf } from "./dialect.js"
import { RepeatedTexts } from "./repeated-texts.js"
import { spreadLists } from "./spread-lists.js"

/** The server keeps no more prepared statements, keeps none at all, or has lost this one. */
const unprepared: ReadonlySet<string> = new Set([
  "ER_MAX_PREPARED_STMT_COUNT_REACHED",
  "ER_UNSUPPORTED_PS",
  "ER_UNKNOWN_STMT_HANDLER",
])

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
/** Compared there, so that the reply is short. */
const question = `SELECT CAST(? AS BINARY) = X'${everyByte.toString("hex")}' AS arrived, VERSION() AS version`

interface MysqlStatement {
  readonly sql: string
  readonly values: never[]
  readonly rowsAsArray: false
  readonly namedPlaceholders: false
}

type Answered = (error: unknown, result: unknown) => void

interface MysqlPoolConnection {
  /** Writes the values into the statement. */
  query(statement: MysqlStatement, answered: Answered): unknown
  /** Prepares the statement, the first time, and sends the values beside it. */
  execute(statement: MysqlStatement, answered: Answered): unknown
  release(): void
  destroy(): void
}

/** What is used of a `Pool` of `mysql2/promise`: the pool below it, which answers without a promise for each step. */
export interface MysqlPool {
  readonly pool: {
    getConnection(connected: (error: unknown, connection: MysqlPoolConnection) => void): void
  }
}

interface MysqlAddress {
  readonly host?: string
  readonly port?: number
  readonly database?: string
}

/** Runs statements through a pool of `mysql2/promise`. */
export class MysqlConnection implements Connection {
  readonly location: string | undefined
  readonly #pool: MysqlPool["pool"]
  readonly #timeout: Milliseconds
  #preparing: Promise<boolean> | undefined
  #prepares: boolean | undefined
  #preparesBatches = false
  /** Mostly batches, which are another text for each number of keys. */
  readonly #repeated = new RepeatedTexts()

  /** A statement that takes longer than the timeout fails, and its connection with it. */
  constructor({ pool }: MysqlPool, timeout: Milliseconds) {
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

  // No `UPDATE` answers rows: it leaves the value in LAST_INSERT_ID().
  async changeValue(statement: Bound): Promise<unknown> {
    const { rows, insertId } = await this.change(statement)
    return rows > 0 ? insertId : undefined
  }

  async change(statement: Bound): Promise<Change> {
    const { affectedRows, insertId } = (await this.#run(statement)) as { affectedRows: number; insertId: number }
    return { rows: affectedRows, insertId }
  }

  define(sql: string): Promise<unknown> {
    return this.change({ text: sql, values: [] })
  }

  async #run(statement: Bound): Promise<unknown> {
    const { text, values, preparedName } = spreadLists(statement)
    // Bytes and integers, which are all that is bound, have one spelling in every SQL mode.
    if (preparedName === undefined && !this.#repeated.include(text)) return this.#send("query", text, values)
    this.#preparing ??= this.#askServer()
    this.#prepares ??= await this.#preparing
    if (!this.#prepares || (preparedName === undefined && !this.#preparesBatches)) {
      return this.#send("query", text, values)
    }
    try {
      return await this.#send("execute", text, values)
    } catch (error) {
      if (!unprepared.has(fieldOf(error, "code"))) throw error
      // Refused before anything was done.
      this.#prepares = false
      return this.#send("query", text, values)
    }
  }

  /**
   * Finds out whether batches are to be prepared, and returns whether bytes beside a prepared statement arrive as they are. Older drivers send them as a text, which the server converts
   * where the encodings of the session differ.
   */
  async #askServer(): Promise<boolean> {
    try {
      const [row] = (await this.#send("execute", question, [everyByte])) as Row[]
      // For MySQL, binding hundreds of values costs the driver more than it saves the server.
      this.#preparesBatches = String(row?.version).includes("MariaDB")
      return Number(row?.arrived) === 1
    } catch (error) {
      if (isAnswer(error)) return false
      this.#preparing = undefined
      throw error
    }
  }

  #send(how: "query" | "execute", sql: string, values: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let used: MysqlPoolConnection | undefined
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        // The driver would hand out a connection that waits for an answer for ever.
        used?.destroy()
        reject(new Error(`The database did not answer within ${this.#timeout} ms`))
      }, this.#timeout).unref()
      this.#pool.getConnection((refusal, connection) => {
        if (refusal) {
          clearTimeout(timer)
          return reject(refusal)
        }
        if (isLate) return connection.release()
        used = connection
        const statement = { sql, values: values as never[], rowsAsArray: false, namedPlaceholders: false } as const
        const answered: Answered = (error, result) => {
          if (isLate) return
          clearTimeout(timer)
          if (error && !isAnswer(error)) connection.destroy()
          else connection.release()
          if (error) reject(error)
          else resolve(result)
        }
        try {
          connection[how](statement, answered)
        } catch (error) {
          // Out of a callback of the pool it would end the process.
          answered(error, undefined)
        }
      })
    })
  }
}

/** Whether the server itself refused the statement, so that the connection is in order. It closes it for a large one. */
function isAnswer(error: unknown): boolean {
  if (fieldOf(error, "code") === "ER_NET_PACKET_TOO_LARGE") return false
  return typeof error === "object" && error !== null && "sqlState" in error && typeof error.sqlState === "string"
}

function locationOf(pool: object): string | undefined {
  const { config } = pool as { readonly config?: { readonly connectionConfig?: MysqlAddress } }
  const { host = "localhost", port = 3306, database } = config?.connectionConfig ?? {}
  return database === undefined ? undefined : `mysql://${host}:${port}/${database}`
}
