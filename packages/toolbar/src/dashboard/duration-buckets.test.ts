import { expect, test } from "vitest"
import { bucketCount, bucketOf, quantile } from "./duration-buckets.js"

function countsOf(durations: readonly number[]): Float64Array {
  const counts = new Float64Array(bucketCount)
  for (const duration of durations) counts[bucketOf(duration)] = (counts[bucketOf(duration)] ?? 0) + 1
  return counts
}

test.each([0.02, 0.1, 0.5, 1, 3, 17, 250, 9_999])("a duration of %d ms is told to within a tenth", (duration) => {
  const told = quantile(countsOf([duration]), 0.95) ?? 0

  expect(told / duration).toBeGreaterThan(0.9)
  expect(told / duration).toBeLessThan(1.1)
})

test("the 95th percentile leaves out the slowest twentieth", () => {
  const durations = [...Array.from({ length: 95 }, () => 2), ...Array.from({ length: 5 }, () => 900)]

  expect(quantile(countsOf(durations), 0.95)).toBeCloseTo(2, 0)
  expect(quantile(countsOf([...durations, 900]), 0.95)).toBeGreaterThan(800)
})

test("what is shorter or longer than all buckets is in the first or the last one", () => {
  expect([0, 0.001, 1e9].map(bucketOf)).toEqual([0, 0, bucketCount - 1])
})

test("without durations there is no percentile", () => {
  expect(quantile(countsOf([]), 0.95)).toBeUndefined()
})
