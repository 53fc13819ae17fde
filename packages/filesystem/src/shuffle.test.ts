import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { shuffled } from "./shuffle.js"

describe("shuffling", () => {
  it("gives the same items in another array", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (items) => {
        const before = [...items]
        const after = shuffled(items)
        expect(items).toEqual(before)
        expect(after.toSorted()).toEqual(before.toSorted())
      }),
    )
  })

  it("brings every item to every place", () => {
    const items = [0, 1, 2, 3]
    const seen = new Set<string>()
    for (let round = 0; round < 2_000; round += 1) {
      for (const [place, item] of shuffled(items).entries()) seen.add(`${item} at ${place}`)
    }
    expect(seen.size).toBe(16)
  })
})
