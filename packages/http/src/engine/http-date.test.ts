import fc from "fast-check"
import { expect, it } from "vitest"
import { formatHttpDate, parseHttpDate } from "./http-date.js"

const now = Date.UTC(2026, 10, 25)

it.each([
  ["Sun, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sunday, 06-Nov-94 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sun Nov  6 08:49:37 1994", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Thursday, 18-Aug-50 02:01:18 GMT", Date.UTC(2050, 7, 18, 2, 1, 18)],
  ["Thursday, 18-Aug-80 02:01:18 GMT", Date.UTC(1980, 7, 18, 2, 1, 18)],
  ["THU, 18 AUG 2050 02:01:18 gmt", Date.UTC(2050, 7, 18, 2, 1, 18)],
  ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
])("reads %s", (text, time) => {
  expect(parseHttpDate(text, now)).toBe(time)
})

it.each([
  "0",
  "",
  "-1",
  "Thu, 18 Aug 2050 02:01:18 UTC",
  "Thu, 18 Aug 2050 02:01:18 AEST",
  "Thu, 18 Aug 50 02:01:18 GMT",
  "Thu 18 Aug 2050 02:01:18 GMT",
  "Thu, 18  Aug  2050 02:01:18 GMT",
  "Thu, 18-Aug-2050 02:01:18 GMT",
  "Thu, 18 Aug 2050 02.01.18 GMT",
  "Thu, 18 Aug 2050 2:01:18 GMT",
  "Thu, 31 Feb 2050 02:01:18 GMT",
  "Thu, 18 Foo 2050 02:01:18 GMT",
  "Thu, 18 Aug 2050 24:01:18 GMT",
  "2050-08-18T02:01:18Z",
])("rejects the date %j", (text) => {
  expect(parseHttpDate(text, now)).toBeUndefined()
})

it("reads what it writes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(parseHttpDate(formatHttpDate(seconds * 1_000), now)).toBe(seconds * 1_000)
    }),
  )
})

it("reads any text without throwing", () => {
  fc.assert(fc.property(fc.string(), (text) => void parseHttpDate(text, now)))
})
