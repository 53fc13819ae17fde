import { expect, test } from "vitest"
import { formatBytes, formatTime } from "./quantities.js"

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
