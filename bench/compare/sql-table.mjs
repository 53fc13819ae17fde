import { DatabaseBackend } from "@larder/database"
import { timeout } from "./cache-calls.mjs"
import { cacheOver } from "./cache-contenders.mjs"

/** The table of the backend, and one like it for contenders by hand: what an index costs is then the same for both. */
export const table = "larder_bench"
export const handTable = "larder_bench_by_hand"

/** The condition that a row has not expired, with this parameter for the time. */
export function isLive(parameter) {
  return `(expires_at IS NULL OR expires_at > ${parameter})`
}

/** A row of such a table, written now. */
export function rowOf(key, value) {
  const now = Date.now()
  return [Buffer.from(key), Buffer.from(value), now + timeout * 1_000, now]
}

/** Makes the table anew. A contender is ended without notice: what is there is from an earlier run. */
export async function freshBackend(client, name, run) {
  await run(`DROP TABLE IF EXISTS ${name}`)
  const backend = new DatabaseBackend({ client, table: name })
  await backend.createTable()
  return backend
}

/** `Cache` over a table that is made anew. */
export async function cacheOverTable(client, run) {
  return cacheOver(await freshBackend(client, table, run))
}
