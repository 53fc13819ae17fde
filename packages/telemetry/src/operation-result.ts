import { CacheError, type Operation, type OperationName } from "@larder/core"
import { OTHER } from "./bounded-names.js"

/**
 * How an operation ended. `ok`: it looked nothing up. `partial`: some keys of a batch were hits. `error`: it failed, whether
 * its caller got the error or a miss.
 */
export type Result = "error" | "hit" | "miss" | "ok" | "partial" | "stale"

const reads: ReadonlySet<OperationName> = new Set(["get", "getMany", "getOrSet", "getOrSetMany", "has"])

/** Whether operations of this name look up values by key. */
export function isLookup(operation: OperationName): boolean {
  return reads.has(operation)
}

/** Complete operations only. One that could not decode an entry, and went on, is a miss. */
export function resultOf({ hits, stale, error }: Operation): Result {
  if (hits === undefined) return error === undefined ? "ok" : "error"
  if (stale === true) return "stale"
  if (hits.every((hit) => hit)) return hits.length === 0 ? "ok" : "hit"
  return hits.some((hit) => hit) ? "partial" : "miss"
}

/**
 * A name for the kind of an error: the code of Larder's own, which is API, else `_OTHER`. Messages and the names of other
 * classes can contain anything, and are never used.
 */
export function errorType(error: unknown): string {
  return CacheError.is(error) ? error.code : OTHER
}
