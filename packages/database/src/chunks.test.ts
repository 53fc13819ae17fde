import { describe, expect, it } from "vitest"
import { chunksByWeight } from "./chunks.js"

const split = (weights: readonly number[], maxItems = 3) => [
  ...chunksByWeight(weights, maxItems, 10, (weight) => weight),
]

describe("chunks by weight", () => {
  it("are as heavy as allowed and no heavier", () => {
    expect(split([4, 6, 1, 9, 5, 6])).toEqual([[4, 6], [1, 9], [5], [6]])
  })

  it("have no more items than allowed", () => {
    expect(split([1, 1, 1, 1])).toEqual([[1, 1, 1], [1]])
  })

  it("contain an item that is too heavy alone", () => {
    expect(split([11, 1, 11, 11])).toEqual([[11], [1], [11], [11]])
  })

  it("are none without items", () => {
    expect(split([])).toEqual([])
  })
})
