import type { Entries } from "./entries.js"
import type { Keys } from "./keys.js"
import type { StoredValues } from "./stored-values.js"
import type { Operation } from "./tracing.js"

interface ReadParts {
  readonly entries: Entries
  readonly keys: Keys
  readonly values: StoredValues
}

/** What to read: keys as callers know them, and in the same order as the store knows them. */
interface ReadRequest {
  readonly names: readonly string[]
  readonly finalKeys: readonly string[]
  /** Whether the read joins others of this turn of the event loop. */
  readonly batched: boolean
}

/** The values of live entries, by the keys of their callers, in one read of the store. */
export async function liveValues(
  { entries, keys, values }: ReadParts,
  { names, finalKeys, batched }: ReadRequest,
  operation: Operation | undefined,
): Promise<Map<string, unknown>> {
  const unique = keys.mayMeet ? [...new Set(finalKeys)] : finalKeys
  const { payloads, stored } = await entries.inspectMany(unique, operation, batched)
  const found = new Map<string, unknown>()
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string
    const place = unique === finalKeys ? index : unique.indexOf(finalKeys[index] as string)
    const value = values.decode(name, payloads[place], operation)
    if (value !== undefined) found.set(name, value)
  }
  if (operation !== undefined) {
    const hits = names.map((name) => found.has(name))
    values.noteRead(operation, hits, stored)
  }
  return found
}
