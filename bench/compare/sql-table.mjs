import { DatabaseBackend } from "@larder/database"
import { timeout } from "./cache-calls.mjs"
import { cacheOver } from "./cache-contenders.mjs"

/** The backend's table, and an equal one for hand-written contenders, so that indexes cost both the same. */
export const table = "larder_bench"
export const handTable = "larder_bench_by_hand"

/** The condition that a row has not expired; `parameter` is the time. */
export function isLive(parameter) {
  return `(expires_at IS NULL OR expires_at > ${parameter})`
}

/** A row of such a table, written now. */
export function rowOf(key, value) {
  const now = Date.now()
  return [Buffer.from(key), Buffer.from(value), now + timeout * 1_000, now]
}

/** Creates the table again, because contenders are ended abruptly and leave theirs behind. */
export async function freshBackend(client, name, run) {
  await run(`DROP TABLE IF EXISTS ${name}`)
  const backend = new DatabaseBackend({ client, table: name })
  await backend.createTable()
  return backend
}

/** `Cache` over a new table. */
export async function cacheOverTable(client, run) {
  return cacheOver(await freshBackend(client, table, run))
}
