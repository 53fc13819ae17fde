import fc from "fast-check"
import { expect, it } from "vitest"
import { parseRange } from "./byte-range.js"

it.each([
  ["bytes=0-1", { start: 0, end: 2 }],
  ["bytes=3-", { start: 3, end: 10 }],
  ["bytes=-4", { start: 6, end: 10 }],
  ["bytes=-40", { start: 0, end: 10 }],
  ["bytes=5-500", { start: 5, end: 10 }],
  ["BYTES=0-0", { start: 0, end: 1 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-4", undefined],
  ["bytes=0-1,3-4", undefined],
  ["bytes=-", undefined],
  ["bytes=", undefined],
  ["lines=0-1", undefined],
  ["bytes=a-b", undefined],
  ["bytes 0-1", undefined],
  ["bytes=99999999999999999999-", "unsatisfiable"],
])("%s of 10 bytes", (header, expected) => {
  expect(parseRange(header, 10)).toEqual(expected)
})

it("has no range of an empty body", () => {
  expect(parseRange("bytes=0-", 0)).toBe("unsatisfiable")
  expect(parseRange("bytes=-1", 0)).toBe("unsatisfiable")
})

it("never exceeds the body", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat(1_000), (noise, first, last, length) => {
      for (const header of [noise, `bytes=${first}-${last}`, `bytes=${first}-`, `bytes=-${last}`]) {
        const range = parseRange(header, length)
        if (range === undefined || range === "unsatisfiable") continue
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.end).toBeGreaterThan(range.start)
        expect(range.end).toBeLessThanOrEqual(length)
      }
    }),
  )
})
