import type { Milliseconds } from "@larder/core"

/** From here on the server takes an exptime for a Unix time. */
const longestRelative = 30 * 24 * 3600
const latest = 2 ** 31 - 1

/**
 * The server's clock is a whole number that a timer moves about once a second: it is up to a second behind and has its
 * fraction cut off. Counted from it, an entry could go up to two seconds early.
 */
const clockLag = 2

/** How long past its ttl the server may serve an entry: the lag made up for, rounding up, and the lag itself. */
export const ttlResolution: Milliseconds = 4000

/**
 * A ttl as the server takes it, long enough never to end an entry early: whole seconds, a Unix time where they are over
 * thirty days, and 0 for no expiry, also where the end is past what the server can count to, in 2038.
 */
export function exptimeOf(ttl: Milliseconds | undefined, now: () => number): number {
  if (ttl === undefined) return 0
  const seconds = Math.ceil(ttl / 1000)
  if (seconds + clockLag <= longestRelative) return seconds + clockLag
  const end = Math.ceil(now() / 1000) + seconds
  return end > latest ? 0 : end
}

/** The ttl that `seconds` left on the server came from. At least 1, for who asks has a live entry. */
export function ttlOf(seconds: number): Milliseconds {
  return Math.max(1, (seconds - clockLag) * 1000)
}
