import type { Milliseconds } from "@larder/core"
import type { BoundStatement, Connection, Row, WriteResult } from "./connection.js"
import { fieldOf } from "./dialect.js"
import { expandLists } from "./expand-lists.js"
import { RepeatedStatements } from "./repeated-statements.js"

/** The server has no room for another prepared statement, does not support them, or has lost this one. */
const unprepared: ReadonlySet<string> = new Set([
  "ER_MAX_PREPARED_STMT_COUNT_REACHED",
  "ER_UNSUPPORTED_PS",
  "ER_UNKNOWN_STMT_HANDLER",
])

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
/** The server compares the bytes, so that the reply is short. */
const probe = `SELECT CAST(? AS BINARY) = X'${everyByte.toString("hex")}' AS intact, VERSION() AS version`

/** The code of the error for a write that the session has not committed. */
export const uncommitted = "UNCOMMITTED"

/** The flag in the reply to a write for a session with an open transaction. */
const inTransaction = 1

interface MysqlStatement extends ResultOptions {
  readonly sql: string
  readonly values: never[]
}

/** Converts a value of a result: `next` as the driver does by default. */
type TypeCast = (field: unknown, next: () => unknown) => unknown

/** How the driver passes values and returns rows, whatever the pool does for the statements of the application. */
interface ResultOptions {
  readonly rowsAsArray: false
  readonly namedPlaceholders: false
  readonly nestTables: false
  readonly typeCast: true | TypeCast
}

type Callback = (error: unknown, result: unknown) => void

interface MysqlPoolConnection {
  /** Writes the values into the text of the statement. */
  query(statement: MysqlStatement, callback: Callback): unknown
  /** Prepares the statement on first use, and sends the values separately. */
  execute(statement: MysqlStatement, callback: Callback): unknown
  release(): void
  destroy(): void
}

/**
 * The part of a `Pool` of `mysql2/promise` that is used: the pool with callbacks that it wraps, which saves a promise for
 * each step.
 */
export interface MysqlPool {
  readonly pool: {
    getConnection(callback: (error: unknown, connection: MysqlPoolConnection) => void): void
  }
}

interface MysqlConfig {
  readonly host?: string
  readonly port?: number
  readonly database?: string
  readonly typeCast?: unknown
}

/** What the server does with prepared statements. */
interface Preparing {
  /** Whether it receives the bytes of values unchanged. */
  readonly keepsBytes: boolean
  /** Whether batches are faster if they are prepared. */
  readonly helpsBatches: boolean
}

const unsupported: Preparing = { keepsBytes: false, helpsBatches: false }

/** Runs statements through a pool of `mysql2/promise`. */
export class MysqlConnection implements Connection {
  readonly location: string | undefined
  readonly #pool: MysqlPool["pool"]
  readonly #timeout: Milliseconds
  readonly #resultOptions: ResultOptions
  #probing: Promise<Preparing> | undefined
  #preparing: Preparing | undefined
  /** Mostly batches: their text depends on the number of keys. */
  readonly #repeated = new RepeatedStatements()

  /** A statement that takes longer than `timeout` fails, and its connection is destroyed. */
  constructor({ pool }: MysqlPool, timeout: Milliseconds) {
    this.#pool = pool
    this.#timeout = timeout
    const config = configOf(pool)
    this.location = locationOf(config)
    this.#resultOptions = resultOptionsFor(config)
  }

  async select(statement: BoundStatement): Promise<readonly Row[]> {
    return (await this.#run(statement)) as Row[]
  }

  async write(statement: BoundStatement): Promise<WriteResult> {
    const { affectedRows, insertId } = (await this.#run(statement)) as Required<WriteResult>
    return { affectedRows, insertId }
  }

  // MySQL has no RETURNING, so the statement leaves the value in LAST_INSERT_ID().
  async writeReturning(statement: BoundStatement): Promise<unknown> {
    const { affectedRows, insertId } = await this.write(statement)
    return affectedRows > 0 ? insertId : undefined
  }

  define(sql: string): Promise<unknown> {
    return this.write({ text: sql, values: [] })
  }

  async #run(statement: BoundStatement): Promise<unknown> {
    const { text, values, preparedName } = expandLists(statement)
    // Only bytes and integers are bound, which the driver can write into the text in every SQL mode.
    if (preparedName === undefined && !this.#repeated.choose(text)) return this.#send("query", text, values)
    this.#probing ??= this.#probe()
    this.#preparing ??= await this.#probing
    const { keepsBytes, helpsBatches } = this.#preparing
    if (!keepsBytes || (preparedName === undefined && !helpsBatches)) return this.#send("query", text, values)
    try {
      return await this.#send("execute", text, values)
    } catch (error) {
      if (!unprepared.has(fieldOf(error, "code"))) throw error
      // The server has rejected the statement before running it.
      this.#preparing = unsupported
      return this.#send("query", text, values)
    }
  }

  /**
   * Finds out what prepared statements are good for here. Older drivers send bytes as text, which the server converts if the
   * session has two encodings. And for MySQL, unlike MariaDB, the driver needs more time to bind the values of a batch than
   * the server saves.
   */
  async #probe(): Promise<Preparing> {
    try {
      const [row] = (await this.#send("execute", probe, [everyByte])) as Row[]
      return { keepsBytes: Number(row?.intact) === 1, helpsBatches: String(row?.version).includes("MariaDB") }
    } catch (error) {
      if (isFromServer(error)) return unsupported
      this.#probing = undefined
      throw error
    }
  }

  #send(method: "query" | "execute", sql: string, values: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let used: MysqlPoolConnection | undefined
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        // The next statement on this connection would wait for the reply to this one.
        used?.destroy()
        reject(new Error(`The database did not answer within ${this.#timeout} ms`))
      }, this.#timeout).unref()
      this.#pool.getConnection((connectError, connection) => {
        if (connectError) {
          clearTimeout(timer)
          return reject(connectError)
        }
        if (isLate) return connection.release()
        used = connection
        const statement = { sql, values: values as never[], ...this.#resultOptions }
        const settle: Callback = (failure, result) => {
          if (isLate) return
          clearTimeout(timer)
          const error = failure ?? commitError(result)
          if (error && !isFromServer(error)) connection.destroy()
          else connection.release()
          if (error) reject(error)
          else resolve(result)
        }
        try {
          connection[method](statement, settle)
        } catch (error) {
          // Thrown in a callback of the pool, it would crash the process.
          settle(error, undefined)
        }
      })
    })
  }
}

/** Whether the server has rejected the statement and keeps the connection open. It closes it after a statement that is too large. */
function isFromServer(error: unknown): boolean {
  if (fieldOf(error, "code") === "ER_NET_PACKET_TOO_LARGE") return false
  return typeof error === "object" && error !== null && "sqlState" in error && typeof error.sqlState === "string"
}

/**
 * The error for a write that is not committed, which other sessions would never see. Destroying the connection rolls it back.
 */
function commitError(result: unknown): Error | undefined {
  const { serverStatus = 0 } = (result ?? {}) as { readonly serverStatus?: number }
  if ((serverStatus & inTransaction) === 0) return undefined
  const message =
    "The session does not commit each statement, so the write was rolled back: autocommit is off, or a transaction was left open on the connection"
  return Object.assign(new Error(message), { code: uncommitted })
}

function configOf(pool: object): MysqlConfig {
  const { config } = pool as { readonly config?: { readonly connectionConfig?: MysqlConfig } }
  return config?.connectionConfig ?? {}
}

function resultOptionsFor({ typeCast }: MysqlConfig): ResultOptions {
  // Nothing but another function overrides a function, which otherwise costs time for each value.
  const ours = typeof typeCast === "function" ? (_field: unknown, next: () => unknown) => next() : true
  return { rowsAsArray: false, namedPlaceholders: false, nestTables: false, typeCast: ours }
}

function locationOf({ host = "localhost", port = 3306, database }: MysqlConfig): string | undefined {
  return database === undefined ? undefined : `mysql://${host}:${port}/${database}`
}
