import type { Milliseconds } from "@larder/core"

const perOctave = 4
/** The upper end of the first bucket, which also holds everything shorter. */
const shortest: Milliseconds = 1 / 64
/** From 1/64 ms to 16 seconds; the last bucket also holds everything longer. */
export const bucketCount: number = 20 * perOctave

/** The bucket of a duration. Each ends a fifth above the one before. */
export function bucketOf(duration: Milliseconds): number {
  const bucket = Math.ceil(Math.log2(duration / shortest) * perOctave)
  // No time at all has no logarithm.
  return Math.min(Math.max(bucket, 0), bucketCount - 1)
}

/**
 * The duration that this share of all does not exceed, to within a tenth; `undefined` without any.
 *
 * @param counts how many durations each bucket has
 */
export function quantile(counts: Float64Array, share: number): Milliseconds | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  let seen = 0
  const bucket = counts.findIndex((count) => {
    seen += count
    return seen >= share * total
  })
  return shortest * 2 ** ((bucket - 0.5) / perOctave)
}
