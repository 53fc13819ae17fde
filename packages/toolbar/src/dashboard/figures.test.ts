import { expect, test } from "vitest"
import { count, duration, percent, rate, size } from "./figures.js"

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

test.each([
  [null, "–"],
  [0.0142, "14.2 µs"],
  [1.5, "1.5 ms"],
  [345, "345 ms"],
  [2_500, "2.5 s"],
])("the duration %d is shown as %s", (time, shown) => {
  expect(duration(time)).toBe(shown)
})

test.each([
  [0, "0 B"],
  [1_023, "1,023 B"],
  [1_536, "1.5 KiB"],
  [5 * 2 ** 30, "5 GiB"],
  [2 ** 60, "1,048,576 TiB"],
])("the size %d is shown as %s", (bytes, shown) => {
  expect(size(bytes)).toBe(shown)
})
