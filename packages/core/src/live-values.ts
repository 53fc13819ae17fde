import type { Backend } from "./backend.js"
import type { Calls } from "./calls.js"
import type { Entries } from "./entries.js"
import { noteEntries } from "./entry-expiry.js"
import type { Keys } from "./keys.js"
import type { StoredValues } from "./stored-values.js"
import type { Operation } from "./tracing.js"

interface ReadParts {
  readonly backend: Backend<unknown>
  readonly calls: Calls
  readonly entries: Entries
  readonly keys: Keys
  readonly values: StoredValues
}

/** What to read: the callers' keys, and the final keys in the same order. */
interface ReadRequest {
  readonly names: readonly string[]
  readonly finalKeys: readonly string[]
  /** Whether the read joins others of this turn of the event loop. */
  readonly batched: boolean
}

/** A Map with a place for the value of each key, in their order. It also removes duplicates, which saves a Set. */
export function placesFor(names: Iterable<string>): Map<string, unknown> {
  const places = new Map<string, unknown>()
  for (const name of names) places.set(name, undefined)
  return places
}

/**
 * The values of live entries, by the callers' keys, in one read of the store. They are put into `places`, which has one for
 * each name; empty places are removed.
 */
export async function liveValues(
  parts: ReadParts,
  { names, finalKeys, batched }: ReadRequest,
  operation: Operation | undefined,
  places: Map<string, unknown> = placesFor(names),
): Promise<Map<string, unknown>> {
  const { entries, keys, values } = parts
  if (operation !== undefined) noteEntries(parts, operation, finalKeys)
  const unique = keys.mayMeet ? [...new Set(finalKeys)] : finalKeys
  const { payloads, stored } = await entries.inspectMany(unique, operation, batched)
  let hits = 0
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string
    const place = unique === finalKeys ? index : unique.indexOf(finalKeys[index] as string)
    const value = values.decode(name, payloads[place], operation)
    if (value === undefined) continue
    places.set(name, value)
    hits++
  }
  if (hits < names.length) {
    for (const [name, value] of places) if (value === undefined) places.delete(name)
  }
  if (operation !== undefined) {
    values.noteRead(
      operation,
      names.map((name) => places.has(name)),
      stored,
    )
  }
  return places
}
