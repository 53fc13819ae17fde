import { setImmediate as nextTurn } from "node:timers/promises"
import type { Answer, Change } from "./connection.js"
import { type EntryStatements, rowsAtOnce } from "./entry-statements.js"
import type { EntryTable } from "./entry-table.js"
import { bytesIn } from "./key-bytes.js"
import type { Statement } from "./statement.js"

/** Runs a deletion until it finds too few rows, or for so many rounds. Answers how many rows went. */
export async function deleteInRounds(
  deletion: Statement,
  run: (statement: Statement) => Answer<Change>,
  rounds: number = Number.POSITIVE_INFINITY,
): Promise<number> {
  let deleted = 0
  for (let round = 0; round < rounds; round += 1) {
    // Or a database in this process would hold everybody else up for the whole length.
    if (round > 0) await nextTurn()
    const { rows } = await run(deletion)
    deleted += rows
    if (rows < rowsAtOnce) break
  }
  return deleted
}

export interface Eviction {
  readonly dropped: number
  /** How many more entries fit. */
  readonly room: number
}

/** Drops entries that have expired, and then those least recently stored or touched down to `maxEntries`. */
export async function evict(
  table: EntryTable,
  statements: EntryStatements,
  maxEntries: number,
  rounds?: number,
): Promise<Eviction> {
  const expired = await deleteInRounds(statements.dropExpired, (statement) => table.change(statement), rounds)
  const [counted] = await table.select(statements.count)
  const room = maxEntries - Number(counted?.entries)
  const [last] = room < 0 ? await table.select(statements.newestToGo) : []
  if (last === undefined) return { dropped: expired, room: Math.max(room, 0) }
  const newest = { written: Number(last.written_at), key: bytesIn(last.cache_key) }
  const oldest = await deleteInRounds(statements.dropOldest, (statement) => table.change(statement, newest), rounds)
  return { dropped: expired + oldest, room: 0 }
}
