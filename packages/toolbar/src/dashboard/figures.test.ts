import { expect, test } from "vitest"
import { count, percent, rate } from "./figures.js"

test.each([
  [0, "0"],
  [999, "999"],
  [1_234_567, "1,234,567"],
])("the count %d is shown as %s", (number, shown) => {
  expect(count(number)).toBe(shown)
})

test.each([
  [0, "0"],
  [0.004, "< 0.01"],
  [0.126, "0.13"],
  [5, "5"],
  [12.34, "12.3"],
  [1_234.5, "1,235"],
])("the rate %d is shown as %s", (number, shown) => {
  expect(rate(number)).toBe(shown)
})

test.each([
  [null, "–"],
  [0, "0 %"],
  [0.0001, "0.0 %"],
  [0.5, "50.0 %"],
  [0.99999, "99.9 %"],
  [1, "100 %"],
])("the share %d is shown as %s", (share, shown) => {
  expect(percent(share)).toBe(shown)
})
