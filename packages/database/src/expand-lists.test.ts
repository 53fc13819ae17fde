import { describe, expect, it } from "vitest"
import { expandLists } from "./expand-lists.js"

describe("a list among the values of a statement", () => {
  it("becomes a placeholder for each item", () => {
    const [one, two] = [Buffer.of(1), Buffer.of(2)]
    expect(expandLists({ text: "key IN (?) AND time > ?", values: [[one, two], 5] })).toEqual({
      text: "key IN (?, ?) AND time > ?",
      values: [one, two, 5],
    })
  })

  it("is all that changes", () => {
    const statement = { text: "key = ?", values: [Buffer.of(1)] }
    expect(expandLists(statement)).toBe(statement)
  })
})
