import { describe, expect, it } from "vitest"
import { formatDuration, formatNumber, formatReadingTime } from "./measures.js"

describe("formatDuration", () => {
  it.each([
    [0, "0.00 ms"],
    [0.0449, "0.04 ms"],
    [4.23, "4.2 ms"],
    [312.6, "313 ms"],
    [1_240, "1.2 s"],
    [-0.31, "−0.31 ms"],
  ])("writes %d as %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })
})

describe("formatNumber", () => {
  it("separates thousands", () => {
    expect(formatNumber(1_779_186)).toBe("1,779,186")
  })
})

describe("formatReadingTime", () => {
  it("is a minute at least", () => {
    expect([10, 2_300].map(formatReadingTime)).toEqual(["1 min read", "10 min read"])
  })
})
