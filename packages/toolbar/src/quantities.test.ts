import { expect, test } from "vitest"
import { formatBytes, formatCount, formatLeft, formatTime } from "./quantities.js"

test.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_536, "1.5 KiB"],
  [5 * 2 ** 30, "5.0 GiB"],
  [2 ** 60, "1048576.0 TiB"],
])("%d bytes are shown as %s", (bytes, shown) => {
  expect(formatBytes(bytes)).toBe(shown)
})

test.each([
  [0, "0.00 ms"],
  [0.0142, "14 µs"],
  [0.42, "0.42 ms"],
  [12.34, "12.3 ms"],
  [1_234, "1.2 s"],
])("%d milliseconds are shown as %s", (time, shown) => {
  expect(formatTime(time)).toBe(shown)
})

test.each([
  [null, "never expires"],
  [0, "not kept"],
  [250, "250 ms"],
  [1_000, "1 s"],
  [252_400, "4 min 12 s"],
  [3_600_000, "1 h"],
  [90_000_000, "1 d 1 h"],
])("%j ms left are shown as %s", (left, shown) => {
  expect(formatLeft(left)).toBe(shown)
})

test("counts have the plural of their noun", () => {
  expect(formatCount(1, "miss", "misses")).toBe("1 miss")
  expect(formatCount(0, "hit")).toBe("0 hits")
})
