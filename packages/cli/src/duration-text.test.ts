import { expect, it } from "vitest"
import { durationText } from "./duration-text.js"

it.each([
  [0, "0ms"],
  [0.0625, "62ms"],
  [1, "1s"],
  [59.99, "59s"],
  [60, "1m"],
  [899, "14m 59s"],
  [3_600, "1h"],
  [3_605, "1h"],
  [90_000, "1d 1h"],
  [1_296_000, "2w 1d"],
])("%d seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})
