import { type Deletion, type Dialect, qualified } from "./dialect.js"
import { compile, type Parameter, type Statement, withPreparedName } from "./statement.js"
import type { TableName } from "./table-name.js"

const live = "(expires_at IS NULL OR expires_at > :now)"
const liveKey = `cache_key = :key AND ${live}`
const within = "cache_key >= :from AND cache_key < :to"

/** How many keys a page of `keys` has. */
export const pageSize = 500

/** So many rows are deleted by one statement, which holds others up for as long as it runs. */
export const rowsAtOnce = 1000

/** Statements about entries and the whole table, made once; but for one that depends on a number. */
export class EntryStatements {
  readonly get: Statement
  readonly set: Statement
  readonly add: Statement
  readonly touch: Statement
  readonly increment: Statement
  readonly delete: Statement
  /** For a list of `keys`. */
  readonly deleteMany: Statement
  readonly deleteIfEqual: Statement
  readonly replaceIfEqual: Statement
  /** For a list of `keys`. */
  readonly getMany: Statement
  /** For `keys` as `list` makes them, where the dialect has it. */
  readonly getListed: Statement | undefined
  /** For `keys` and `values`, where the dialect has it. */
  readonly setListed: Statement | undefined
  readonly ttl: Statement
  readonly page: Statement
  /** Counts rows, but none that come after the first one too many. */
  readonly count: Statement
  /** The last one to go, where there are too many. */
  readonly newestToGo: Statement
  readonly measure: Statement
  /** Describes the table's columns. */
  readonly columns: Statement
  /** Removes some of the entries with keys from `:from` until before `:to`. */
  readonly clear: Statement
  /** Removes some of the entries that have expired, the longest expired ones first. */
  readonly dropExpired: Statement
  /** Removes some of the entries up to the newest to go, `:written` and `:key`; several processes may do so at once. */
  readonly dropOldest: Statement
  readonly #dialect: Dialect
  readonly #table: string
  #setMany: { readonly count: number; readonly statement: Statement } | undefined

  constructor(dialect: Dialect, name: TableName, maxEntries: number) {
    const table = qualified(dialect, name)
    this.#dialect = dialect
    this.#table = table
    const { columns, row } = dialect.insertion
    const insert = `INSERT INTO ${table} ${columns} VALUES ${row}`
    this.get = this.#prepared(`SELECT value FROM ${table} WHERE ${liveKey}`)
    this.set = this.#prepared(`${insert} ${dialect.overwrite}`)
    this.add = this.#prepared(`${insert} ${dialect.overwriteExpired(table)}`)
    const renewal = `written_at = :now, expires_at = ${dialect.newExpiry}`
    this.touch = this.#prepared(`UPDATE ${table} SET ${renewal} WHERE ${liveKey}`)
    this.increment = this.#prepared(dialect.increment(table, liveKey))
    this.delete = this.#prepared(`DELETE FROM ${table} WHERE ${liveKey}`)
    this.deleteIfEqual = this.#prepared(`DELETE FROM ${table} WHERE ${liveKey} AND value = :value`)
    this.replaceIfEqual = this.#prepared(
      `UPDATE ${table} SET value = :value, ${renewal} WHERE ${liveKey} AND value = :expected`,
    )
    const { amongKeys, listed } = dialect
    this.getMany = this.#compile(`SELECT cache_key, value FROM ${table} WHERE ${amongKeys} AND ${live}`)
    this.deleteMany = this.#deletion({ where: `${amongKeys} AND ${live}`, order: "cache_key" })
    this.getListed = listed && this.#prepared(listed.select(table))
    this.setListed =
      listed?.rows === undefined
        ? undefined
        : this.#prepared(`INSERT INTO ${table} ${listed.rows} ${dialect.overwrite}`)
    this.ttl = this.#prepared(`SELECT expires_at - :now AS ttl FROM ${table} WHERE ${liveKey}`)
    this.page = this.#compile(
      `SELECT cache_key FROM ${table} WHERE ${within} AND ${live} ORDER BY cache_key LIMIT ${pageSize}`,
    )
    this.count = this.#compile(
      `SELECT COUNT(*) AS entries FROM (SELECT 1 AS one FROM ${table} LIMIT ${maxEntries + 1}) AS counted`,
    )
    this.newestToGo = this.#compile(dialect.newestAfter(table, maxEntries))
    this.measure = this.#compile(
      `SELECT COUNT(*) AS entries, COALESCE(SUM(LENGTH(value)), 0) AS bytes FROM ${table} WHERE ${live}`,
    )
    this.columns = this.#compile(dialect.columns(name))
    this.clear = this.#deletion({ where: within, order: "cache_key", limit: rowsAtOnce })
    const some = { limit: rowsAtOnce, skipLocked: true }
    this.dropExpired = this.#deletion({ where: "expires_at <= :now", order: "expires_at", ...some })
    const old = "written_at <= :written AND (written_at < :written OR cache_key <= :key)"
    this.dropOldest = this.#deletion({ where: old, order: "written_at", ...some })
  }

  /** The keys as the one parameter of `getListed`; undefined where that cannot be. */
  list(keys: readonly string[]): Parameter | undefined {
    return this.#dialect.listed?.list(keys)
  }

  /** `set` for so many rows. Each binds what `set` does, in turn: the names are those of one row. */
  setMany(count: number): Statement {
    // Calls are alike, and long SQL takes long to make.
    if (this.#setMany?.count !== count) {
      const { columns, row } = this.#dialect.insertion
      const rows = Array.from({ length: count }, () => row).join(", ")
      const sql = `INSERT INTO ${this.#table} ${columns} VALUES ${rows} ${this.#dialect.overwrite}`
      this.#setMany = { count, statement: { text: this.#compile(sql).text, names: this.set.names } }
    }
    return this.#setMany.statement
  }

  #deletion(deletion: Omit<Deletion, "table">): Statement {
    return this.#compile(this.#dialect.deletion({ ...deletion, table: this.#table }))
  }

  #prepared(sql: string): Statement {
    return withPreparedName(this.#compile(sql))
  }

  #compile(sql: string): Statement {
    const { clock, placeholder } = this.#dialect
    return compile(clock === undefined ? sql : sql.replace(/(?<!:):now\b/g, () => clock), placeholder)
  }
}
