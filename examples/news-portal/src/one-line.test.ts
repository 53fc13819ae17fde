import { describe, expect, it } from "vitest"
import { oneLine } from "./one-line.js"

describe("oneLine", () => {
  it.each([
    [null, ""],
    [" \u0000\t", ""],
    [" civil\r\n\u0000war ", "civil war"],
    ["cafe\u0301", "caf\u00e9"],
  ])("makes of %j %j", (typed, line) => {
    expect(oneLine(typed)).toBe(line)
  })
})
