import { CacheError, type Operation, type OperationName } from "@larder/core"
import { OTHER } from "./bounded-names.js"

/**
 * The result of an operation. `ok`: it succeeded and looked up nothing. `partial`: some keys of a batch were hits. `error`: it
 * failed, even if that counted as a miss for the caller.
 */
export type Result = "error" | "hit" | "miss" | "ok" | "partial" | "stale"

const lookups: ReadonlySet<OperationName> = new Set(["get", "getMany", "getOrSet", "getOrSetMany", "has"])

/** Whether an operation looks up keys, so that each of them is a hit or a miss. */
export function isLookup(operation: OperationName): boolean {
  return lookups.has(operation)
}

/** The result of an operation that has ended. An entry that could not be decoded is a miss. */
export function resultOf({ hits, stale, error }: Operation): Result {
  if (hits === undefined) return error === undefined ? "ok" : "error"
  if (stale === true) return "stale"
  if (hits.every((hit) => hit)) return hits.length === 0 ? "ok" : "hit"
  return hits.some((hit) => hit) ? "partial" : "miss"
}

/**
 * The type of an error: the `code` of Larder's own errors, or else `_OTHER`. The messages and names of other errors can contain
 * anything, so they are not used.
 */
export function errorType(error: unknown): string {
  return CacheError.is(error) ? error.code : OTHER
}
