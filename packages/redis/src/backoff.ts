import type { Milliseconds } from "@larder/core"

const first: Milliseconds = 50
const longest: Milliseconds = 2_000

/**
 * How long to leave a server alone after so many attempts in a row that did not help: twice as long each time, 2 s at
 * most, and never the same for all clients of a server that comes back.
 */
export function backoff(attempts: number, random: () => number = Math.random): Milliseconds {
  const full = Math.min(first * 2 ** attempts, longest)
  return full / 2 + (full / 2) * random()
}
