import type { EntryStatements } from "./entry-statements.js"
import type { EntryTable, Values } from "./entry-table.js"
import { bytesIn, keyBytes } from "./key-bytes.js"

/** A key and its value as they are bound. */
export interface BoundEntry {
  readonly key: Buffer
  readonly value: Buffer
}

/** Reads, writes or removes up to some hundred rows at once. */
export interface Batches {
  /** One answer a key, in the order of the keys. */
  get(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]>
  set(entries: readonly BoundEntry[], ttl: number | null): Promise<void>
  /** How many live rows there were. */
  delete(keys: readonly Buffer[]): Promise<number>
}

/** The batches that suit the table's connection. */
export function batchesOn(table: EntryTable, statements: EntryStatements): Batches {
  const writes = table.changesEach ? writesByRow(table, statements) : writesByList(table, statements)
  return { get: (keys) => getAll(table, statements, keys), ...writes }
}

/** Many rows in one statement: one trip to a server. */
function writesByList(table: EntryTable, statements: EntryStatements): Omit<Batches, "get"> {
  return {
    async set(entries, ttl) {
      const { setListed } = statements
      if (setListed === undefined) {
        await table.changeRows(statements.setMany(entries.length), rowsOf(entries, ttl))
      } else {
        const keys = entries.map(({ key }) => key)
        const values = entries.map(({ value }) => value)
        await table.change(setListed, { keys, values, ttl })
      }
    },
    async delete(keys) {
      return (await table.change(statements.deleteMany, { keys })).rows
    },
  }
}

/** One row after the other, with statements that are prepared already. */
function writesByRow(table: EntryTable, statements: EntryStatements): Omit<Batches, "get"> {
  return {
    async set(entries, ttl) {
      await table.changeEach(statements.set, rowsOf(entries, ttl))
    },
    async delete(keys) {
      const changes = await table.changeEach(
        statements.delete,
        keys.map((key) => ({ key })),
      )
      return changes.reduce((sum, { rows }) => sum + rows, 0)
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
  const list = statements.list(keys)
  if (statements.getListed !== undefined && list !== undefined) {
    const values = new Array<Buffer | undefined>(keys.length).fill(undefined)
    const rows = await table.select(statements.getListed, { keys: list })
    for (const { position, value } of rows) values[Number(position)] = bytesIn(value)
    return values
  }
  const bytes = keys.map(keyBytes)
  const rows = await table.select(statements.getMany, { keys: bytes })
  // Latin-1 gives each byte a character, so different keys are different texts.
  const found = new Map(rows.map((row) => [bytesIn(row.cache_key).toString("latin1"), bytesIn(row.value)]))
  return bytes.map((key) => found.get(key.toString("latin1")))
}
