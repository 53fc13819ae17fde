import { type Deletion, type Dialect, qualified } from "./dialect.js"
import { compile, type Parameter, type Statement, withPreparedName } from "./statement.js"
import type { TableName } from "./table-name.js"

const live = "(expires_at IS NULL OR expires_at > :now)"
const liveKey = `cache_key = :key AND ${live}`
const within = "cache_key >= :from AND cache_key < :to"

/** How many keys a page of `keys` has. */
export const pageSize = 500

/** How many rows a statement deletes at most: it blocks other writes for as long as it runs. */
export const deleteBatchSize = 1000

/** The statements for entries and for the whole table, compiled once, except for `setMany`. */
export class EntryStatements {
  readonly get: Statement
  readonly set: Statement
  readonly add: Statement
  readonly touch: Statement
  readonly increment: Statement
  readonly delete: Statement
  /** Takes a list, `keys`. */
  readonly deleteMany: Statement
  readonly deleteIfEqual: Statement
  readonly replaceIfEqual: Statement
  /** Takes a list, `keys`. */
  readonly getMany: Statement
  /** Takes `keys` from `arrayOf`. Absent if the dialect has no arrays. */
  readonly getByArray: Statement | undefined
  /** Takes the lists `keys` and `values`. Absent if the dialect has no arrays of values. */
  readonly setByArray: Statement | undefined
  readonly ttl: Statement
  readonly page: Statement
  /** Counts rows, up to one more than `maxEntries`. */
  readonly count: Statement
  /** Selects the newest row that is to be evicted, if there are too many rows. */
  readonly cutoff: Statement
  readonly stats: Statement
  /** Describes the columns of the table. */
  readonly columns: Statement
  /** Deletes a batch of the entries with keys from `from` until before `to`. */
  readonly clear: Statement
  /** Deletes a batch of expired entries, those that expired first. */
  readonly deleteExpired: Statement
  /** Deletes a batch of the entries up to the cutoff, `written` and `key`. Several processes may run it at once. */
  readonly deleteOldest: Statement
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
    const { keyInList, arrays } = dialect
    this.getMany = this.#compile(`SELECT cache_key, value FROM ${table} WHERE ${keyInList} AND ${live}`)
    this.deleteMany = this.#deletion({ where: `${keyInList} AND ${live}`, order: "cache_key" })
    this.getByArray = arrays && this.#prepared(arrays.select(table))
    this.setByArray =
      arrays?.insertion === undefined
        ? undefined
        : this.#prepared(`INSERT INTO ${table} ${arrays.insertion} ${dialect.overwrite}`)
    this.ttl = this.#prepared(`SELECT expires_at - :now AS ttl FROM ${table} WHERE ${liveKey}`)
    this.page = this.#compile(
      `SELECT cache_key FROM ${table} WHERE ${within} AND ${live} ORDER BY cache_key LIMIT ${pageSize}`,
    )
    this.count = this.#compile(
      `SELECT COUNT(*) AS entries FROM (SELECT 1 AS one FROM ${table} LIMIT ${maxEntries + 1}) AS counted`,
    )
    this.cutoff = this.#compile(dialect.cutoff(table, maxEntries))
    this.stats = this.#compile(
      `SELECT COUNT(*) AS entries, COALESCE(SUM(LENGTH(value)), 0) AS bytes FROM ${table} WHERE ${live}`,
    )
    this.columns = this.#compile(dialect.columns(name))
    this.clear = this.#deletion({ where: within, order: "cache_key", limit: deleteBatchSize })
    const some = { limit: deleteBatchSize, skipLocked: true }
    this.deleteExpired = this.#deletion({ where: "expires_at <= :now", order: "expires_at", ...some })
    const old = "written_at <= :written AND (written_at < :written OR cache_key <= :key)"
    this.deleteOldest = this.#deletion({ where: old, order: "written_at", ...some })
  }

  /** Encodes keys as the parameter of `getByArray`. Returns `undefined` if they cannot be encoded as one parameter. */
  arrayOf(keys: readonly string[]): Parameter | undefined {
    return this.#dialect.arrays?.encode(keys)
  }

  /** `set` for several rows, each of which binds the `names` of one row. */
  setMany(count: number): Statement {
    // Compiling takes long for many rows, and most batches of a program have the same size.
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
