import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseRequestDirectives, parseResponseDirectives } from "./cache-control.js"

describe("the directives of a response", () => {
  it.each([
    ["no-store", { noStore: true }],
    ["No-StOrE", { noStore: true }],
    ["  ,, max-age=60 , NO-STORE", { noStore: true, maxAge: 60_000 }],
    ['my-directive="no-store"', { noStore: false, malformed: false }],
    ["x-private, private-ish", { private: false }],
    ["PRIVATE", { private: true }],
    ['private="Set-Cookie"', { private: ["set-cookie"] }],
    ["private=Set-Cookie", { private: ["set-cookie"] }],
    ['private="a, B", private="c"', { private: ["a", "b", "c"] }],
    ['private="a", private', { private: true }],
    ['private=""', { private: true }],
    ['no-cache="a b"', { noCache: true }],
    ["no-cache", { noCache: true }],
    ['max-age="60"', { maxAge: 60_000 }],
    ["max-age=60, max-age=30", { maxAge: 30_000 }],
    ["MAX-AGE=10", { maxAge: 10_000 }],
    ["max-age=003600", { maxAge: 3_600_000 }],
    ["max-age=99999999999999999999", { maxAge: 2 ** 31 * 1_000 }],
    ["max-age", { maxAge: 0 }],
    ["max-age=", { maxAge: 0, malformed: true }],
    ["max-age=-1", { maxAge: 0 }],
    ["max-age=1.5", { maxAge: 0 }],
    ["max-age=a60", { maxAge: 0 }],
    ["max-age='60'", { maxAge: 0 }],
    ["max-age =60", { maxAge: undefined, malformed: true }],
    ["max-age= 60", { maxAge: 0, malformed: true }],
    ['extension="max-age=60", max-age=1', { maxAge: 1_000 }],
    ['a="\\", no-store, \\"", max-age=5', { noStore: false, maxAge: 5_000 }],
    ['a="no end, no-store', { noStore: true, malformed: true }],
    ["private; max-age=60", { private: true, malformed: true, maxAge: undefined }],
    ["max-age=60; private", { private: true, malformed: true, maxAge: 0 }],
    ["max-age=60 No-Store", { noStore: true, malformed: true, maxAge: 0 }],
    ["no-cache:", { noCache: true, malformed: true }],
    ["must-revalidate proxy-revalidate", { mustRevalidate: true, proxyRevalidate: true, malformed: true }],
    ["public; x-private", { public: false, private: false, malformed: true }],
    [
      "s-maxage=7, stale-while-revalidate=8, stale-if-error=9",
      { sharedMaxAge: 7_000, staleWhileRevalidate: 8_000, staleIfError: 9_000 },
    ],
    [
      "public, must-revalidate, proxy-revalidate, must-understand",
      { public: true, mustRevalidate: true, proxyRevalidate: true, mustUnderstand: true },
    ],
    ["max age=60", { malformed: true, maxAge: undefined }],
    ["", { malformed: false, maxAge: undefined }],
  ])("%s", (value, expected) => {
    expect(parseResponseDirectives(value)).toMatchObject(expected)
  })
})

describe("the directives of a request", () => {
  it.each([
    [undefined, undefined, { noCache: false }],
    [undefined, "no-cache", { noCache: true }],
    ["max-age=5", "no-cache", { noCache: false, maxAge: 5_000 }],
    ["No-Cache", undefined, { noCache: true }],
    ["max-stale", undefined, { maxStale: Number.POSITIVE_INFINITY }],
    ["max-stale=4, min-fresh=3, only-if-cached", undefined, { maxStale: 4_000, minFresh: 3_000, onlyIfCached: true }],
    ["no-store", undefined, { noStore: true }],
  ])("%s with Pragma %s", (value, pragma, expected) => {
    expect(parseRequestDirectives(value, pragma)).toMatchObject(expected)
  })
})

it("reads any text without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.nat(255).map((byte) => String.fromCharCode(byte)) }), (text) => {
      parseResponseDirectives(text)
      parseRequestDirectives(text, text)
    }),
  )
})

it("finds a directive, whatever surrounds it", () => {
  const extension = fc
    .stringMatching(/^[a-z]{1,8}(="[a-z, =;\\"]{0,8}")?$/)
    .filter((text) => !/[\\"].*[\\"]"/.test(text.slice(text.indexOf('"') + 1)))
  fc.assert(
    fc.property(fc.array(extension), fc.array(extension), (before, after) => {
      const value = [...before, "No-Store", ...after].filter(
        (text) => !text.includes("\\") && (text.match(/"/g) ?? []).length % 2 === 0,
      )
      expect(parseResponseDirectives(value.join(" , ")).noStore).toBe(true)
    }),
  )
})
