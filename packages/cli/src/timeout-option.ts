import { type Duration, type Timeout, toTtl } from "@larder/core"
import { UsageError } from "./usage-error.js"

/** Reads `--timeout`; without it, the cache's default applies. Throws a `UsageError` if it is invalid or 0. */
export function timeoutOf(text: string | undefined): { readonly timeout?: Timeout } {
  if (text === undefined) return {}
  const timeout = text === "never" ? null : /^[\d.]+$/.test(text) ? Number(text) : (text as Duration)
  if (isKept(timeout)) return { timeout }
  throw new UsageError(
    `--timeout must be like 30 (seconds), 250ms, 15m, 2h, 1d, 1w or never; got ${JSON.stringify(text)}`,
  )
}

function isKept(timeout: Timeout): boolean {
  try {
    return toTtl(timeout) !== 0
  } catch {
    return false
  }
}
