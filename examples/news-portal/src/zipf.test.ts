import { expect, it } from "vitest"
import { seeded, zipf } from "./zipf.js"

it("draws each rank as often as its share", () => {
  const draw = zipf(4, seeded(1))
  const counts = [0, 0, 0, 0]
  for (let time = 0; time < 20_000; time++) {
    const rank = draw()
    counts[rank] = (counts[rank] ?? 0) + 1
  }
  const share = 1 + 1 / 2 + 1 / 3 + 1 / 4
  for (const [rank, count] of counts.entries()) expect(count / 20_000).toBeCloseTo(1 / (rank + 1) / share, 1)
})

it("draws the same for the same seed, and never past the end", () => {
  expect(seeded(7)()).toBe(seeded(7)())
  expect(zipf(3, () => 1)()).toBe(2)
})
