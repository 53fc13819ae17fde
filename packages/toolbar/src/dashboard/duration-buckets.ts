import type { Milliseconds } from "@larder/core"

const bucketsPerOctave = 4
/** The upper bound of the first bucket, which also counts all shorter durations. */
const firstBound: Milliseconds = 1 / 64
/** From 1/64 ms to 16 seconds. The last bucket also counts all longer durations. */
export const bucketCount: number = 20 * bucketsPerOctave

/** The bucket of a duration. Each upper bound is 19 % above the previous one. */
export function bucketOf(duration: Milliseconds): number {
  const bucket = Math.ceil(Math.log2(duration / firstBound) * bucketsPerOctave)
  // The logarithm of a duration of zero is -Infinity.
  return Math.min(Math.max(bucket, 0), bucketCount - 1)
}

/**
 * A quantile of the durations, accurate to 10 %; `undefined` if there are none.
 *
 * @param counts the number of durations in each bucket
 * @param share from 0 to 1: 0.95 for the 95th percentile
 */
export function quantile(counts: Float64Array, share: number): Milliseconds | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  let seen = 0
  const bucket = counts.findIndex((count) => {
    seen += count
    return seen >= share * total
  })
  return firstBound * 2 ** ((bucket - 0.5) / bucketsPerOctave)
}
