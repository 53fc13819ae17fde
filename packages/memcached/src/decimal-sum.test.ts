import { describe, expect, it } from "vitest"
import { integerIn, safeSum } from "./decimal-sum.js"

const read = (text: string) => integerIn(Buffer.from(text))

describe("integers in entries", () => {
  it("are read in the whole safe range", () => {
    for (const integer of [0, 7, -7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
      expect(read(String(integer))).toBe(integer)
    }
  })

  it.each(["", " 7", "7 ", "007", "-0", "+7", "1.5", "1e3", "0x10", "-", "7\n", "١"])("are not found in %j", (text) => {
    expect(() => read(text)).toThrow(TypeError)
  })

  it("are refused beyond the safe range, and so is a sum", () => {
    expect(() => read("9007199254740993")).toThrow(RangeError)
    expect(() => read(`1${"0".repeat(400)}`)).toThrow(RangeError)
    expect(safeSum(5, -7)).toBe(-2)
    expect(() => safeSum(Number.MAX_SAFE_INTEGER, 1)).toThrow(RangeError)
    expect(() => safeSum(Number.MIN_SAFE_INTEGER, -1)).toThrow(RangeError)
  })
})
