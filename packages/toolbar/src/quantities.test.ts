import { expect, test } from "vitest"
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatPercent,
  formatRate,
  formatTime,
  formatTimeLeft,
} from "./quantities.js"

test.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_536, "1.5 KiB"],
  [2 ** 20 - 52, "1023.9 KiB"],
  [2 ** 20 - 1, "1.0 MiB"],
  [5 * 2 ** 30, "5.0 GiB"],
  [2 ** 60, "1048576.0 TiB"],
])("%d bytes are shown as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [0, "0.00 ms"],
  [0.0142, "14 µs"],
  [0.42, "0.42 ms"],
  [12.34, "12.3 ms"],
  [1_234, "1.2 s"],
])("%d milliseconds are shown as %s", (time, text) => {
  expect(formatTime(time)).toBe(text)
})

test.each([
  [null, "never expires"],
  [0, "not kept"],
  [250, "250 ms"],
  [1_000, "1 s"],
  [252_400, "4 min 12 s"],
  [3_600_000, "1 h"],
  [90_000_000, "1 d 1 h"],
])("a time left of %j ms is shown as %s", (left, text) => {
  expect(formatTimeLeft(left)).toBe(text)
})

test("a count has the plural of its noun", () => {
  expect(formatCount(1, "miss", "misses")).toBe("1 miss")
  expect(formatCount(0, "hit")).toBe("0 hits")
})

test.each([
  [0, "0"],
  [999, "999"],
  [1_234_567, "1,234,567"],
])("the number %d is shown as %s", (number, text) => {
  expect(formatNumber(number)).toBe(text)
})

test.each([
  [0, "0"],
  [0.004, "< 0.01"],
  [0.126, "0.13"],
  [5, "5"],
  [12.34, "12.3"],
  [1_234.5, "1,235"],
])("the rate %d is shown as %s", (rate, text) => {
  expect(formatRate(rate)).toBe(text)
})

test.each([
  [null, "–"],
  [0, "0 %"],
  [0.0001, "0.0 %"],
  [0.29, "29.0 %"],
  [0.5, "50.0 %"],
  [0.99999, "99.9 %"],
  [1, "100 %"],
])("the share %d is shown as %s", (share, text) => {
  expect(formatPercent(share)).toBe(text)
})
