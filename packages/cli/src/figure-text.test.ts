import { describe, expect, it } from "vitest"
import { bytesText, countText, percentText, rateText } from "./figure-text.js"

describe("figures", () => {
  it.each([
    [undefined, "-"],
    [0, "0"],
    [1_234_567, "1,234,567"],
    [9_999_999, "9,999,999"],
    [12_345_678, "12.3M"],
  ])("format the count %s as %s", (count, text) => {
    expect(countText(count)).toBe(text)
  })

  it.each([
    [undefined, "-"],
    [0, "0 B"],
    [1_023, "1023 B"],
    [1_024, "1.0 KiB"],
    [1_536 * 1_024, "1.5 MiB"],
    [1_024 ** 2 - 1, "1.0 MiB"],
    [3 * 1_024 ** 5, "3072.0 TiB"],
  ])("format %s bytes as %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text)
  })

  it.each([
    [undefined, "-"],
    [0, "0.0 %"],
    [0.97349, "97.3 %"],
    [0.99999, "99.9 %"],
    [1, "100.0 %"],
  ])("format the fraction %s as %s", (fraction, text) => {
    expect(percentText(fraction)).toBe(text)
  })

  it.each([
    [undefined, "-"],
    [0, "0"],
    [0.5, "0.5"],
    [7, "7"],
    [1_234.5, "1,235"],
  ])("format %s per second as %s", (perSecond, text) => {
    expect(rateText(perSecond)).toBe(text)
  })
})
