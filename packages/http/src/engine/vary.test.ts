import { expect, it } from "vitest"
import { normalizeValue, parseVary } from "./vary.js"

it.each([
  [["Accept"], ["accept"]],
  [
    [" Accept ,\tCookie\t", ""],
    ["accept", "cookie"],
  ],
  [
    ["Cookie", "accept, COOKIE"],
    ["accept", "cookie"],
  ],
  [[", ,"], []],
  [["*"], undefined],
  [["  *  "], undefined],
  [["Accept, *"], undefined],
  [["Accept", "*"], undefined],
  [["Accept Language"], undefined],
  [['"Accept"'], undefined],
  [[], []],
])("reads Vary %j", (values, expected) => {
  expect(parseVary(values.map((value) => ["vArY", value] as const))).toEqual(expected)
})

it.each([
  ["accept-encoding", "gzip, br", "br, gzip"],
  ["accept-encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1", "br, gzip, *"],
  ["accept-encoding", "gzip;q=0, br", "br, gzip;q=0"],
  ["accept-encoding", "identity;q=0, gzip", "gzip, identity;q=0"],
  ["accept-encoding", "", ""],
  ["x-flavour", " a,b ", "a,b"],
  ["x-flavour", "", ""],
])("normalizes %s: %s to %s", (name, value, expected) => {
  const codings = (text: string): string => text.split(", ").sort().join(", ")
  expect(codings(normalizeValue(name, value, false))).toBe(codings(expected))
})

it("ignores white space and the order of languages only on request", () => {
  expect(normalizeValue("foo", "1,2", true)).toBe(normalizeValue("foo", " 1 ,  2 ", true))
  expect(normalizeValue("accept-language", "en, de", true)).toBe(normalizeValue("accept-language", "De , eN", true))
  expect(normalizeValue("accept-language", "en, de;q=0.5", true)).not.toBe(
    normalizeValue("accept-language", "de, en;q=0.5", true),
  )
  expect(normalizeValue("accept-language", "en, de", false)).not.toBe(
    normalizeValue("accept-language", "de, en", false),
  )
})
