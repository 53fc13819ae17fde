import { describe, expect, it } from "vitest"
import { spreadLists } from "./spread-lists.js"

describe("a list among the values of a statement", () => {
  it("has a placeholder for each item, where the driver takes no lists", () => {
    const [one, two] = [Buffer.of(1), Buffer.of(2)]
    expect(spreadLists({ text: "key IN (?) AND time > ?", values: [[one, two], 5] })).toEqual({
      text: "key IN (?, ?) AND time > ?",
      values: [one, two, 5],
    })
  })

  it("is all that is changed", () => {
    const statement = { text: "key = ?", values: [Buffer.of(1)] }
    expect(spreadLists(statement)).toBe(statement)
  })
})
