import { describe, expect, it } from "vitest"
import { sumOf } from "./decimal-sum.js"

const sum = (text: string, delta: number) => sumOf(Buffer.from(text), delta)
const largest = Number.MAX_SAFE_INTEGER

describe("the sum of a decimal integer and a number", () => {
  it("is exact, also below zero and at the ends of the safe range", () => {
    expect(sum("41", 1)).toBe(42)
    expect(sum("0", -1)).toBe(-1)
    expect(sum("-5", 5)).toBe(0)
    expect(sum(String(largest - 1), 1)).toBe(largest)
    expect(sum(String(-largest), largest)).toBe(0)
  })

  it("is refused with a TypeError that shows what is there when that is no integer", () => {
    for (const text of ["", "abc", "1.5", "1e3", " 7", "7 ", "7\n", "+7", "--1", "-", "-0", "007", "0x10", "null"]) {
      expect(() => sum(text, 1), JSON.stringify(text)).toThrow(TypeError)
    }
    expect(() => sum("abc", 1)).toThrow('not a decimal integer: "abc"')
  })

  it("is refused with a RangeError when the integer or the sum is not a safe one", () => {
    expect(() => sum(String(largest), 1)).toThrow(RangeError)
    expect(() => sum("-9007199254740991", -1)).toThrow(RangeError)
    expect(() => sum("9007199254740993", -5)).toThrow(RangeError)
    expect(() => sum("99999999999999999999", 0)).toThrow(RangeError)
  })
})
