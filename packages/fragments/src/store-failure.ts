import { CacheError } from "@larder/core"

/** Whether an error is the store's: what was to be shown is then rendered without it. */
export function isStoreFailure(error: unknown): boolean {
  return CacheError.is(error) && error.code === "LARDER_BACKEND"
}
