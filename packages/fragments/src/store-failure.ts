import { CacheError } from "@larder/core"

/** Whether the store caused the error: fragments are then rendered without it. */
export function isStoreFailure(error: unknown): boolean {
  return CacheError.is(error) && error.code === "LARDER_BACKEND"
}
