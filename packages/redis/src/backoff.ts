import type { Milliseconds } from "@larder/core"

const first: Milliseconds = 50
const longest: Milliseconds = 2_000

/**
 * How long to wait after this many failed attempts in a row: doubled each time, up to 2 s, with jitter, so that the clients
 * of a server that comes back do not connect at the same time.
 */
export function backoff(attempts: number, random: () => number = Math.random): Milliseconds {
  const full = Math.min(first * 2 ** attempts, longest)
  return full / 2 + (full / 2) * random()
}
