import { setImmediate as nextTurn } from "node:timers/promises"
import type { MaybePromise, WriteResult } from "./connection.js"
import { deleteBatchSize, type EntryStatements } from "./entry-statements.js"
import type { EntryTable } from "./entry-table.js"
import { bytesIn } from "./key-bytes.js"
import type { Statement } from "./statement.js"

/** Repeats a deletion until it finds less than a full batch, at most `maxRounds` times. Returns how many rows were deleted. */
export async function deleteInRounds(
  deletion: Statement,
  run: (statement: Statement) => MaybePromise<WriteResult>,
  maxRounds: number = Number.POSITIVE_INFINITY,
): Promise<number> {
  let deleted = 0
  for (let round = 0; round < maxRounds; round += 1) {
    // A database in this process would otherwise block the event loop until all rounds are over.
    if (round > 0) await nextTurn()
    const { affectedRows } = await run(deletion)
    deleted += affectedRows
    if (affectedRows < deleteBatchSize) break
  }
  return deleted
}

export interface Eviction {
  readonly deleted: number
  /** How many more entries fit. */
  readonly room: number
}

/** Deletes expired entries, and then those stored or touched least recently until `maxEntries` are left. */
export async function evict(
  table: EntryTable,
  statements: EntryStatements,
  maxEntries: number,
  maxRounds?: number,
): Promise<Eviction> {
  const expired = await deleteInRounds(statements.deleteExpired, (statement) => table.write(statement), maxRounds)
  const [counted] = await table.select(statements.count)
  const room = maxEntries - Number(counted?.entries)
  const [cutoff] = room < 0 ? await table.select(statements.cutoff) : []
  if (cutoff === undefined) return { deleted: expired, room: Math.max(room, 0) }
  const values = { written: Number(cutoff.written_at), key: bytesIn(cutoff.cache_key) }
  const oldest = await deleteInRounds(statements.deleteOldest, (statement) => table.write(statement, values), maxRounds)
  return { deleted: expired + oldest, room: 0 }
}
