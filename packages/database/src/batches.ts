import type { EntryStatements } from "./entry-statements.js"
import type { EntryTable, Values } from "./entry-table.js"
import { bytesIn, keyBytes } from "./key-bytes.js"

/** A key and its value, as they are bound to a statement. */
export interface BoundEntry {
  readonly key: Buffer
  readonly value: Buffer
}

/** Reads, writes or deletes up to a few hundred rows at once. */
export interface Batches {
  /** Returns a value or `undefined` for each key, in the order of the keys. */
  get(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]>
  set(entries: readonly BoundEntry[], ttl: number | null): Promise<void>
  /** Returns how many live rows were deleted. */
  delete(keys: readonly Buffer[]): Promise<number>
}

/** The fastest batches for the connection of the table. */
export function batchesOn(table: EntryTable, statements: EntryStatements): Batches {
  const writes = table.writesEach ? writesByRow(table, statements) : writesByStatement(table, statements)
  return { get: (keys) => getAll(table, statements, keys), ...writes }
}

/** One statement for all rows: one round trip to the server. */
function writesByStatement(table: EntryTable, statements: EntryStatements): Omit<Batches, "get"> {
  return {
    async set(entries, ttl) {
      const { setByArray } = statements
      const [first] = entries
      if (setByArray !== undefined) {
        const keys = entries.map(({ key }) => key)
        const values = entries.map(({ value }) => value)
        await table.write(setByArray, { keys, values, ttl })
      } else if (first !== undefined && entries.length === 1) {
        // Prepared, so that the value may have as many bytes as in any other `set`.
        await table.write(statements.set, { ...first, ttl })
      } else {
        await table.writeRows(statements.setMany(entries.length), rowsOf(entries, ttl))
      }
    },
    async delete(keys) {
      return (await table.write(statements.deleteMany, { keys })).affectedRows
    },
  }
}

/** A prepared statement for each row. */
function writesByRow(table: EntryTable, statements: EntryStatements): Omit<Batches, "get"> {
  return {
    async set(entries, ttl) {
      await table.writeEach(statements.set, rowsOf(entries, ttl))
    },
    async delete(keys) {
      const results = await table.writeEach(
        statements.delete,
        keys.map((key) => ({ key })),
      )
      return results.reduce((sum, { affectedRows }) => sum + affectedRows, 0)
    },
  }
}

function rowsOf(entries: readonly BoundEntry[], ttl: number | null): Values[] {
  return entries.map(({ key, value }) => ({ key, value, ttl }))
}

async function getAll(
  table: EntryTable,
  statements: EntryStatements,
  keys: readonly string[],
): Promise<readonly (Buffer | undefined)[]> {
  const array = statements.arrayOf(keys)
  if (statements.getByArray !== undefined && array !== undefined) {
    const values = new Array<Buffer | undefined>(keys.length).fill(undefined)
    const rows = await table.select(statements.getByArray, { keys: array })
    for (const { position, value } of rows) values[Number(position)] = bytesIn(value)
    return values
  }
  const bytes = keys.map(keyBytes)
  const rows = await table.select(statements.getMany, { keys: bytes })
  // Latin-1 maps each byte to one character, so different keys stay different as strings.
  const found = new Map(rows.map((row) => [bytesIn(row.cache_key).toString("latin1"), bytesIn(row.value)]))
  return bytes.map((key) => found.get(key.toString("latin1")))
}
