import type { Connection } from "./connection.js"
import { MemcachedError } from "./memcached-error.js"
import { getEntry, type StoredEntry } from "./meta-commands.js"

const attempts = 1000

/** Reads an entry in order to change it. `key` is from `wireKey`. */
export async function readForChange(connection: Connection, key: string): Promise<StoredEntry | undefined> {
  const entry = await connection.request(getEntry(key))
  // To the server, zero means no condition.
  if (entry?.token === "0") {
    throw new MemcachedError(
      "NO_CAS",
      "Memcached was started with -C: without CAS, incr, deleteIfEqual and replaceIfEqual are not atomic",
    )
  }
  return entry
}

/**
 * Repeats a change that returns `undefined` because another client changed the entry meanwhile. Each time, one of them
 * succeeds; a change that never does rejects with a `MemcachedError`.
 */
export async function repeatUntilAlone<Answer>(change: () => Promise<Answer | undefined>): Promise<Answer> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await change()
    if (answer !== undefined) return answer
  }
  throw new MemcachedError("CONTENTION", `The entry was changed by others ${attempts} times in a row`)
}
