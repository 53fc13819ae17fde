import { describe, expect, it } from "vitest"
import { sumOf } from "./decimal-sum.js"

const sum = (text: string, delta: number) => sumOf(Buffer.from(text), delta)

describe("the sum of a decimal integer and a number", () => {
  it.each(["", "abc", "1.5", "1e3", " 7", "7\n", "+7", "-", "-0", "007", "null"])(
    "is refused with a TypeError for %j, which is no integer",
    (text) => expect(() => sum(text, 1)).toThrow(TypeError),
  )

  it("is refused with a RangeError if the integer or the sum is not a safe one", () => {
    expect(() => sum("9007199254740991", 1)).toThrow(RangeError)
    expect(() => sum("-9007199254740992", 1)).toThrow(RangeError)
    expect(() => sum("99999999999999999999", 0)).toThrow(RangeError)
  })

  it("is exact", () => {
    expect(sum("-41", -1)).toBe(-42)
    expect(sum("0", 0)).toBe(0)
  })
})
