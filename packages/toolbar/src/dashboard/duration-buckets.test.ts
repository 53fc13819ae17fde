import { expect, test } from "vitest"
import { bucketCount, bucketOf, quantile } from "./duration-buckets.js"

function countsOf(durations: readonly number[]): Float64Array {
  const counts = new Float64Array(bucketCount)
  for (const duration of durations) counts[bucketOf(duration)] = (counts[bucketOf(duration)] ?? 0) + 1
  return counts
}

test.each([0.02, 0.1, 0.5, 1, 3, 17, 250, 9_999])("a duration of %d ms is accurate to 10 %%", (duration) => {
  const result = quantile(countsOf([duration]), 0.95) ?? 0

  expect(result / duration).toBeGreaterThan(0.9)
  expect(result / duration).toBeLessThan(1.1)
})

test("the 95th percentile excludes the slowest 5 %", () => {
  const durations = [...Array.from({ length: 95 }, () => 2), ...Array.from({ length: 5 }, () => 900)]

  expect(quantile(countsOf(durations), 0.95)).toBeCloseTo(2, 0)
  expect(quantile(countsOf([...durations, 900]), 0.95)).toBeGreaterThan(800)
})

test("durations outside all buckets are in the first or the last bucket", () => {
  expect([0, 0.001, 1e9].map(bucketOf)).toEqual([0, 0, bucketCount - 1])
})

test("there is no quantile without durations", () => {
  expect(quantile(countsOf([]), 0.95)).toBeUndefined()
})
