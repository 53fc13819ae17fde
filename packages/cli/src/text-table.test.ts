import { describe, expect, it } from "vitest"
import { textTable } from "./text-table.js"

describe("a table", () => {
  it("has columns as wide as their widest cell, and no spaces at the end of a line", () => {
    const columns = [
      { title: "cache", align: "left" },
      { title: "entries", align: "right" },
      { title: "note", align: "left" },
    ] as const
    expect(
      textTable(columns, [
        ["a long name", "1", "short"],
        ["b", "1,234,567"],
      ]),
    ).toEqual(["cache          entries  note", "a long name          1  short", "b            1,234,567"])
  })
})
