import type { Backend, CopyingBackend } from "./backend.js"
import type { Calls } from "./calls.js"
import type { Keys } from "./keys.js"
import { PairedValues } from "./paired-values.js"
import { storeBehind } from "./store-behind.js"
import { StoredValues, type StoredValuesOptions } from "./stored-values.js"

/** A backend as one cache uses it, and its form of values. */
export interface UsedBackend {
  readonly backend: CopyingBackend
  readonly values: StoredValues
}

/**
 * The backend itself. If it keeps copies of another store, the backend on that store as this cache uses it: with guarded
 * calls, and copies that are values.
 */
export function usedBackend(
  given: Backend<unknown>,
  calls: Calls,
  keys: Keys,
  options: StoredValuesOptions,
): UsedBackend {
  if (given.onTerms === undefined) return { backend: given, values: new StoredValues(given, options) }
  let values: StoredValues | undefined
  const backend = given.onTerms({
    isDecisive: (key) => keys.isDecisive(key),
    answersInPart: (error) => calls.isAsGoodAsMiss(error),
    storeBehind(store, codec) {
      if (codec === undefined || !PairedValues.fit(store, options)) return storeBehind(store, calls, undefined)
      const paired = new PairedValues(given.name, codec, options, (key) => keys.isReserved(key))
      values = paired
      return storeBehind(store, calls, paired)
    },
  })
  return { backend, values: values ?? new StoredValues(backend, options) }
}
