import type { Milliseconds } from "@larder/core"

/** From here on, the server reads an exptime as a Unix time. */
const longestRelative = 30 * 24 * 3600
const latest = 2 ** 31 - 1

/**
 * The server's clock is an integer that a timer updates about once a second: it is up to a second behind and truncated.
 * Counted from it, an entry could expire up to two seconds early.
 */
const clockLag = 2

/** How long past its ttl the server may serve an entry: compensation for the lag, rounding up, and the lag itself. */
export const ttlResolution: Milliseconds = 4000

/**
 * A ttl as the server expects it, long enough never to expire an entry early: whole seconds, a Unix time for more than
 * thirty days, and 0 for no expiry, also if the end is after 2038, beyond the server's range.
 */
export function exptimeOf(ttl: Milliseconds | undefined, now: () => number): number {
  if (ttl === undefined) return 0
  const seconds = Math.ceil(ttl / 1000)
  if (seconds + clockLag <= longestRelative) return seconds + clockLag
  const end = Math.ceil(now() / 1000) + seconds
  return end > latest ? 0 : end
}

/** The ttl for the `seconds` left on the server. At least 1, since the entry is alive. */
export function ttlOf(seconds: number): Milliseconds {
  return Math.max(1, (seconds - clockLag) * 1000)
}
