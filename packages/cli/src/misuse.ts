import { CacheError, type CacheErrorCode } from "@larder/core"
import { UsageError } from "./usage-error.js"

const codes: ReadonlySet<CacheErrorCode> = new Set(["LARDER_INVALID_KEY", "LARDER_NOT_SUPPORTED"])

/** Whether the command line is at fault: it asks for something invalid or unsupported, so trying again would not help. */
export function isMisuse(error: unknown): boolean {
  return error instanceof UsageError || (CacheError.is(error) && codes.has(error.code))
}
