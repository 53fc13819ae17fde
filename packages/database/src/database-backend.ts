import type { Backend, BackendStats, Capabilities, Entry, Finding, Milliseconds } from "@larder/core"
import { adaptClient } from "./adapt-client.js"
import { type DatabaseBackendOptions, readOptions } from "./backend-options.js"
import { type Batches, batchesOn } from "./batches.js"
import { chunksByWeight, chunksOf } from "./chunks.js"
import type { MaybePromise } from "./connection.js"
import { type CreateTableOptions, createTable, type TableCreation } from "./create-table.js"
import { Culler } from "./culler.js"
import { sumOf } from "./decimal-sum.js"
import { diagnose } from "./diagnosis/diagnose.js"
import type { Dialect } from "./dialect.js"
import { EntryStatements, pageSize } from "./entry-statements.js"
import { EntryTable, type Values } from "./entry-table.js"
import { deleteInRounds, type Eviction, evict } from "./eviction.js"
import { asBuffer, bytesIn, keyBytes, rangeOf, successorOf } from "./key-bytes.js"
import { readTableName, type TableName } from "./table-name.js"

/** Entries in a batch. A statement may have 65,535 parameters, far more than a batch needs. */
const batchSize = 500
/**
 * Bytes of values in a batch. Their text is twice as long, and MariaDB rejects statements of more than 16 MiB unless it is
 * configured otherwise. An entry that is larger is stored alone.
 */
const batchBytes = 4 * 1024 ** 2
/** Keeps a background cull short. */
const backgroundRounds = 4
/** For counters that are replaced again and again between the update that could not count and the read of the reason. */
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
  /** Like `get`, but synchronous. Only with better-sqlite3 and `node:sqlite`. */
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
    const { connection, dialect } = adaptClient(client, statementTimeout)
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
    if (this.#table.isSynchronous) this.getSync = (key) => toBytes(this.#valueOf(key))
    this.#culler = new Culler(maxEntries, async () => (await this.#evict(backgroundRounds)).room)
  }

  /** Creates the table and its indexes if they do not exist, and returns the SQL. With `dryRun` it only returns the SQL. */
  async createTable(options: CreateTableOptions = {}): Promise<TableCreation> {
    return createTable(this.#table, this.#statements.columns, this.#dialect, this.#tableName, options)
  }

  /** True for a `TableError`, and for statements that the database rejects; not for failed logins or during a shutdown. */
  isRefusal(error: unknown): boolean {
    return this.#table.isRefusal(error)
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return toBytes(await this.#valueOf(key))
  }

  async set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    await this.#store(1, () => this.#table.write(this.#statements.set, entryValues(key, value, ttl)))
    this.#culler.wrote(1)
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#table.write(this.#statements.delete, { key: keyBytes(key) })).affectedRows > 0
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const values = entryValues(key, value, ttl)
    const result = await this.#store(1, () => this.#table.write(this.#statements.add, values))
    const stored = this.#dialect.hasStored(result)
    if (stored) this.#culler.wrote(1)
    return stored
  }

  async touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    const result = await this.#table.write(this.#statements.touch, { key: keyBytes(key), ttl: ttl ?? null })
    return this.#dialect.hasMatched(result)
  }

  async incr(key: string, delta: number): Promise<number | undefined> {
    for (let attempt = 0; attempt < incrementAttempts; attempt += 1) {
      const sum = delta === 0 ? undefined : await this.#increment({ key: keyBytes(key), delta })
      if (sum !== undefined) return sum
      const value = await this.get(key)
      if (value === undefined) return undefined
      // Throws if the value is not a safe integer. If it is one, it was stored after the update.
      const current = sumOf(value, delta)
      if (delta === 0) return current
    }
    throw new Error(
      `The entry ${JSON.stringify(key)} was replaced ${incrementAttempts} times while incr tried to count it`,
    )
  }

  async deleteIfEqual(key: string, value: Uint8Array): Promise<boolean> {
    const values = { key: keyBytes(key), value: asBuffer(value) }
    return (await this.#table.write(this.#statements.deleteIfEqual, values)).affectedRows > 0
  }

  async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const values = { ...entryValues(key, value, ttl), expected: asBuffer(expected) }
    return this.#dialect.hasMatched(await this.#table.write(this.#statements.replaceIfEqual, values))
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const values: (Uint8Array | undefined)[] = []
    for (const chunk of chunksOf(keys, batchSize)) values.push(...(await this.#batches.get(chunk)))
    return values
  }

  async setMany(entries: readonly Entry[], ttl?: Milliseconds): Promise<void> {
    // Comparing strings takes half the time of comparing bytes, by which deletions lock rows. The orders differ only for rare
    // characters, where a deadlock is retried.
    const sorted = entries.toSorted((one, other) => (one.key < other.key ? -1 : 1))
    const bound = sorted.map(({ key, value }) => ({ key: keyBytes(key), value: asBuffer(value) }))
    for (const chunk of chunksByWeight(bound, batchSize, batchBytes, ({ value }) => value.length)) {
      await this.#store(chunk.length, () => this.#batches.set(chunk, ttl ?? null))
      this.#culler.wrote(chunk.length)
    }
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    let deleted = 0
    for (const chunk of chunksOf(keys.map(keyBytes), batchSize)) deleted += await this.#batches.delete(chunk)
    return deleted
  }

  async clear(prefix: string): Promise<void> {
    const range = rangeOf(prefix)
    await deleteInRounds(this.#statements.clear, (statement) => this.#table.write(statement, range))
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
   * Deletes expired entries, and then those stored or touched least recently until exactly `maxEntries` are left. Returns how
   * many were deleted.
   */
  async prune(): Promise<number> {
    return (await this.#evict()).deleted
  }

  /** The number of live entries and the bytes of their values. Reads the whole table. */
  async stats(): Promise<BackendStats> {
    const [row] = await this.#table.select(this.#statements.stats)
    return { entries: Number(row?.entries), bytes: Number(row?.bytes) }
  }

  /** Resolves if the database can be reached and has a cache table: one with a unique key and columns of the right types. */
  async ping(): Promise<void> {
    await this.#table.check(this.#statements.columns)
  }

  /**
   * Finds a missing index; more than twice `maxEntries` rows; a server whose clock is off; a file of SQLite that was removed,
   * that cannot be written, that every user may write, or that has no write-ahead log. Rejects as `ping` does if there is no
   * such table.
   */
  async diagnose(): Promise<readonly Finding[]> {
    await this.ping()
    return diagnose(this.#table, this.#statements.columns, this.#dialect, this.#tableName, this.#maxEntries)
  }

  /** Waits for a running cull, then calls `release`. That closes a client that `fromUrl` opened. */
  async close(): Promise<void> {
    this.#closed ??= this.#end()
    await this.#closed
  }

  #valueOf(key: string): unknown {
    return this.#table.selectValue(this.#statements.get, keyBytes(key))
  }

  /** Counts failed writes for the culler, too: in a full database, nothing else makes room. */
  async #store<Result>(entries: number, write: () => MaybePromise<Result>): Promise<Result> {
    try {
      return await write()
    } catch (error) {
      this.#culler.failed(entries)
      throw error
    }
  }

  async #end(): Promise<void> {
    await this.#culler.close()
    await this.#release()
  }

  async #increment(values: Values): Promise<number | undefined> {
    const sum = await this.#table.writeReturning(this.#statements.increment, values)
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

function toBytes(value: unknown): Buffer | undefined {
  return value === undefined ? undefined : bytesIn(value)
}

function entryValues(key: string, value: Uint8Array, ttl: Milliseconds | undefined): Values {
  return { key: keyBytes(key), value: asBuffer(value), ttl: ttl ?? null }
}
