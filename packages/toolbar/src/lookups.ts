import type { OperationName } from "@larder/core"

const lookups: ReadonlySet<OperationName> = new Set(["get", "getMany", "getOrSet", "getOrSetMany", "has"])

/** Whether an operation looks up keys, so that each of them is a hit or a miss. */
export function isLookup(operation: OperationName): boolean {
  return lookups.has(operation)
}
