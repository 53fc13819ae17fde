import type { Backend, BackendStats, Capabilities, Entry, Finding, Milliseconds } from "@larder/core"
import { type DatabaseBackendOptions, readOptions } from "./backend-options.js"
import { type Batches, batchesOn } from "./batches.js"
import { chunksOf } from "./chunks.js"
import { connect } from "./connect.js"
import { Culler } from "./culler.js"
import { sumOf } from "./decimal-sum.js"
import { diagnose } from "./diagnosis/diagnose.js"
import type { Dialect } from "./dialect.js"
import { EntryStatements, pageSize } from "./entry-statements.js"
import { EntryTable, type Values } from "./entry-table.js"
import { deleteInRounds, type Eviction, evict } from "./eviction.js"
import { asBuffer, bytesIn, keyBytes, rangeOf, successorOf } from "./key-bytes.js"
import { type CreateTableOptions, createTable, type TableCreation } from "./table-creation.js"
import { readTableName, type TableName } from "./table-name.js"

/** Of a batch. Far less than the 65 535 parameters that a statement may have. */
const entriesAtOnce = 500
const roundsInBackground = 4
/** How often a counter that changes between an update that missed it and a look at it is tried again. */
const incrementAttempts = 100

/**
 * Keeps entries as rows of a table in SQLite, PostgreSQL, MySQL or MariaDB. Every operation is a single statement. On a
 * server, entries expire by the server's clock. Methods reject with a `TableError` if the table does not exist or is not a
 * cache table, and with a `DatabaseError` or the client's own error if the database cannot be used.
 */
export class DatabaseBackend implements Backend {
  readonly name: string
  readonly capabilities: Capabilities
  readonly location?: string
  /** `get`, synchronously. Only with better-sqlite3 and `node:sqlite`. */
  readonly getSync?: (key: string) => Uint8Array | undefined
  readonly #table: EntryTable
  readonly #statements: EntryStatements
  readonly #batches: Batches
  readonly #dialect: Dialect
  readonly #tableName: TableName
  readonly #maxEntries: number
  readonly #culler: Culler
  readonly #release: () => unknown
  #closed: Promise<void> | undefined

  /** Does not connect yet. Throws a `TypeError` for invalid options. */
  constructor(options: DatabaseBackendOptions) {
    const { client, table, maxEntries, now, release, statementTimeout } = readOptions(options)
    const { connection, dialect } = connect(client, statementTimeout)
    this.#tableName = readTableName(table)
    this.name = dialect.name
    this.capabilities = capabilitiesOf(dialect)
    this.#table = new EntryTable(connection, dialect, table, now)
    if (this.#table.location !== undefined) this.location = this.#table.location
    this.#statements = new EntryStatements(dialect, this.#tableName, maxEntries)
    this.#batches = batchesOn(this.#table, this.#statements)
    this.#dialect = dialect
    this.#maxEntries = maxEntries
    this.#release = release
    if (this.#table.answersAtOnce) this.getSync = (key) => bytesOrNone(this.#valueOf(key))
    this.#culler = new Culler(maxEntries, async () => (await this.#evict(roundsInBackground)).room)
  }

  /** Creates the table and its indexes if they do not exist, and returns the SQL. With `dryRun` it only returns the SQL. */
  async createTable(options: CreateTableOptions = {}): Promise<TableCreation> {
    return createTable(this.#table, this.#statements.columns, this.#dialect.creation(this.#tableName), options)
  }

  /** True for a `TableError`, and for a statement that the database refused, except for logins and during a shutdown. */
  isRefusal(error: unknown): boolean {
    return this.#table.isRefusal(error)
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return bytesOrNone(await this.#valueOf(key))
  }

  async set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    try {
      await this.#table.change(this.#statements.set, entryValues(key, value, ttl))
    } catch (error) {
      this.#culler.failed(1)
      throw error
    }
    this.#culler.wrote(1)
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#table.change(this.#statements.delete, { key: keyBytes(key) })).rows > 0
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const change = await this.#table.change(this.#statements.add, entryValues(key, value, ttl))
    const stored = this.#dialect.hasStored(change)
    if (stored) this.#culler.wrote(1)
    return stored
  }

  async touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    const change = await this.#table.change(this.#statements.touch, { key: keyBytes(key), ttl: ttl ?? null })
    return this.#dialect.hasMet(change)
  }

  async incr(key: string, delta: number): Promise<number | undefined> {
    for (let attempt = 0; attempt < incrementAttempts; attempt += 1) {
      const sum = delta === 0 ? undefined : await this.#increment({ key: keyBytes(key), delta })
      if (sum !== undefined) return sum
      const value = await this.get(key)
      if (value === undefined) return undefined
      // Throws for what cannot be counted. What can be was changed meanwhile.
      const same = sumOf(value, delta)
      if (delta === 0) return same
    }
    throw new Error(
      `The entry ${JSON.stringify(key)} was replaced ${incrementAttempts} times while it was to be counted`,
    )
  }

  async deleteIfEqual(key: string, value: Uint8Array): Promise<boolean> {
    const values = { key: keyBytes(key), value: asBuffer(value) }
    return (await this.#table.change(this.#statements.deleteIfEqual, values)).rows > 0
  }

  async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const values = { ...entryValues(key, value, ttl), expected: asBuffer(expected) }
    return this.#dialect.hasMet(await this.#table.change(this.#statements.replaceIfEqual, values))
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const values: (Uint8Array | undefined)[] = []
    for (const chunk of chunksOf(keys, entriesAtOnce)) values.push(...(await this.#batches.get(chunk)))
    return values
  }

  async setMany(entries: readonly Entry[], ttl?: Milliseconds): Promise<void> {
    // As texts, which are compared in half the time of bytes. For rare characters the order is another one; but two batches
    // have the same one, and that is what matters.
    const inOrder = entries.toSorted((one, other) => (one.key < other.key ? -1 : 1))
    const sorted = inOrder.map(({ key, value }) => ({ key: keyBytes(key), value: asBuffer(value) }))
    for (const chunk of chunksOf(sorted, entriesAtOnce)) {
      try {
        await this.#batches.set(chunk, ttl ?? null)
      } catch (error) {
        this.#culler.failed(chunk.length)
        throw error
      }
      this.#culler.wrote(chunk.length)
    }
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    let deleted = 0
    for (const chunk of chunksOf(keys.map(keyBytes), entriesAtOnce)) deleted += await this.#batches.delete(chunk)
    return deleted
  }

  async clear(prefix: string): Promise<void> {
    const range = rangeOf(prefix)
    await deleteInRounds(this.#statements.clear, (statement) => this.#table.change(statement, range))
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    let { from, to } = rangeOf(prefix)
    for (;;) {
      const rows = await this.#table.select(this.#statements.page, { from, to })
      const page = rows.map((row) => bytesIn(row.cache_key))
      for (const key of page) yield key.toString()
      const last = page.at(-1)
      if (last === undefined || page.length < pageSize) return
      from = successorOf(last)
    }
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    const [row] = await this.#table.select(this.#statements.ttl, { key: keyBytes(key) })
    if (row === undefined) return undefined
    return row.ttl === null ? null : Number(row.ttl)
  }

  /**
   * Deletes expired entries, then the least recently stored or touched ones until exactly `maxEntries` are left. Returns how
   * many were deleted.
   */
  async prune(): Promise<number> {
    return (await this.#evict()).dropped
  }

  /** The number of live entries and the bytes of their values. Reads the whole table. */
  async stats(): Promise<BackendStats> {
    const [row] = await this.#table.select(this.#statements.measure)
    return { entries: Number(row?.entries), bytes: Number(row?.bytes) }
  }

  /** Resolves if the database answers and has the table, with a unique key and columns that hold what is stored in them. */
  async ping(): Promise<void> {
    await this.#table.check(this.#statements.columns)
  }

  /**
   * Finds a server whose clock is off; a file of SQLite that cannot be written, that every user may write, or that has no
   * write-ahead log. Rejects as `ping` does if there is no such table.
   */
  async diagnose(): Promise<readonly Finding[]> {
    await this.ping()
    return diagnose(this.#table, this.#dialect, this.#tableName)
  }

  /** Waits for a running cull, then calls `release`. Closes the client if `fromUrl` opened it. */
  async close(): Promise<void> {
    this.#closed ??= this.#end()
    await this.#closed
  }

  #valueOf(key: string): unknown {
    return this.#table.selectValue(this.#statements.get, { key: keyBytes(key) })
  }

  async #end(): Promise<void> {
    await this.#culler.close()
    await this.#release()
  }

  async #increment(values: Values): Promise<number | undefined> {
    const sum = await this.#table.changeValue(this.#statements.increment, values)
    return sum === undefined ? undefined : Number(sum)
  }

  #evict(rounds?: number): Promise<Eviction> {
    return evict(this.#table, this.#statements, this.#maxEntries, rounds)
  }
}

function capabilitiesOf({ clock, maxValueBytes }: Dialect): Capabilities {
  return {
    shared: true,
    persistent: true,
    evicts: true,
    ttlResolution: 1,
    maxKeyBytes: 1024,
    ...(clock === undefined ? {} : { remote: true as const }),
    ...(maxValueBytes === undefined ? {} : { maxValueBytes }),
  }
}

function bytesOrNone(value: unknown): Buffer | undefined {
  return value === undefined ? undefined : bytesIn(value)
}

function entryValues(key: string, value: Uint8Array, ttl: Milliseconds | undefined): Values {
  return { key: keyBytes(key), value: asBuffer(value), ttl: ttl ?? null }
}
