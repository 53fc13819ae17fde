import type { Connection } from "./connection.js"
import { MemcachedError } from "./memcached-error.js"
import { getEntry, type StoredEntry } from "./meta-commands.js"

const attempts = 1000

/** An entry that is read in order to be changed. `key` is that of `wireKey`. */
export async function readForChange(connection: Connection, key: string): Promise<StoredEntry | undefined> {
  const entry = await connection.request(getEntry(key))
  // The server takes a zero for no condition at all.
  if (entry?.token === "0") {
    throw new MemcachedError(
      "NO_CAS",
      "Memcached was started with -C: without CAS, incr, deleteIfEqual and replaceIfEqual are not atomic",
    )
  }
  return entry
}

/**
 * Repeats a change that comes to nothing, `undefined`, when somebody else changes the same entry meanwhile. Each time it is
 * somebody's turn; who never gets one is told so with a `MemcachedError`.
 */
export async function repeatUntilAlone<Answer>(change: () => Promise<Answer | undefined>): Promise<Answer> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await change()
    if (answer !== undefined) return answer
  }
  throw new MemcachedError("CONTENTION", `The entry was changed by others ${attempts} times in a row`)
}
