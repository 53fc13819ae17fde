import { describe, expect, it } from "vitest"
import { mergeCacheControl } from "./cache-control-merge.js"
import { patchCacheControl, patchNeverCache, patchVary } from "./head-patch.js"
import { mergeVary } from "./vary-merge.js"

describe("mergeVary", () => {
  it.each([
    [undefined, ["Accept-Encoding"], "Accept-Encoding"],
    ["Accept-Encoding", ["accept-encoding"], "Accept-Encoding"],
    ["Accept-Encoding", ["ACCEPT-ENCODING"], "Accept-Encoding"],
    ["Cookie", ["Accept-Encoding"], "Cookie, Accept-Encoding"],
    ["Cookie, Accept-Encoding", ["Accept-Encoding"], "Cookie, Accept-Encoding"],
    ["Cookie, Accept-Encoding", ["Accept-Encoding", "cookie"], "Cookie, Accept-Encoding"],
    [undefined, ["Accept-Encoding", "COOKIE"], "Accept-Encoding, COOKIE"],
    ["Cookie,     Accept-Encoding", ["Accept-Encoding", "cookie"], "Cookie, Accept-Encoding"],
    ["Cookie    ,     Accept-Encoding", ["Accept-Encoding", "cookie"], "Cookie, Accept-Encoding"],
    ["Cookie\t,,\tAccept-Encoding ", [], "Cookie, Accept-Encoding"],
    ["*", ["Accept-Language", "Cookie"], "*"],
    ["  *  ", ["Cookie"], "*"],
    ["Accept-Language, Cookie", ["*"], "*"],
    ["Accept-Language, *", ["Cookie"], "*"],
  ])("merges %j and %j to %j", (current, names, expected) => {
    expect(mergeVary(current, names)).toBe(expected)
  })

  it.each(["", "a b", "a\r\nSet-Cookie: x", "a,b"])("rejects %j", (name) => {
    expect(() => mergeVary(undefined, [name])).toThrow(TypeError)
  })
})

describe("mergeCacheControl", () => {
  it.each([
    [undefined, { private: true }, "private"],
    ["", { private: true }, "private"],
    ["", { noCache: "Set-Cookie" }, "no-cache=Set-Cookie"],
    ["no-cache=Set-Cookie", { noCache: true }, "no-cache"],
    ["no-cache", { noCache: "Set-Cookie" }, "no-cache"],
    ["no-cache=Set-Cookie,no-cache=Link", { noCache: true }, "no-cache"],
    ["no-cache=Set-Cookie", { noCache: "Link" }, 'no-cache="Set-Cookie, Link"'],
    ["no-cache=Set-Cookie,no-cache=Link", { noCache: "Custom" }, 'no-cache="Set-Cookie, Link, Custom"'],
    ['no-cache="Set-Cookie, Link"', { noCache: "Link" }, 'no-cache="Set-Cookie, Link"'],
    ["private", { private: true }, "private"],
    ["private", { public: true }, "public"],
    ["public", { public: true }, "public"],
    ["public", { private: true }, "private"],
    ["must-revalidate,max-age=60,private", { public: true }, "must-revalidate, max-age=60, public"],
    ["must-revalidate,max-age=60,public", { private: true }, "must-revalidate, max-age=60, private"],
    ["must-revalidate,max-age=60", { public: true }, "must-revalidate, max-age=60, public"],
    ["PRIVATE, Max-Age=60", { public: true, maxAge: 30 }, "max-age=30, public"],
    ["max-age=30", { maxAge: 60 }, "max-age=30"],
    ["max-age=60, max-age=10", { public: true }, "max-age=10, public"],
    ['private="x-a"', { public: true }, "public"],
    ["s-maxage=10", { sMaxage: 20 }, "s-maxage=20"],
    ['custom="a, b", public', { noStore: true }, 'custom="a, b", public, no-store'],
    [undefined, { private: ["X-A", "X-B"] }, 'private="X-A, X-B"'],
    [undefined, { noStore: false, custom: undefined }, ""],
    [
      undefined,
      { maxAge: -5, staleWhileRevalidate: 1.9, staleIfError: Number.POSITIVE_INFINITY },
      "max-age=0, stale-while-revalidate=1, stale-if-error=2147483648",
    ],
  ])("merges %j and %j to %j", (current, directives, expected) => {
    expect(mergeCacheControl(current, directives)).toBe(expected)
  })

  it("keeps all directives that are set together", () => {
    expect(mergeCacheControl(undefined, { max_age: 123, private: true, public: true, custom: 456 })).toBe(
      "max-age=123, private, public, custom=456",
    )
  })

  it.each([
    { maxAge: Number.NaN },
    { "a b": true },
    { custom: 'x"y' },
    { custom: "a\r\nSet-Cookie: b" },
    { custom: "žluť" },
  ])("rejects %j", (directives) => {
    expect(() => patchCacheControl(directives)).toThrow(TypeError)
  })
})

describe("patches of a head", () => {
  it("join the lines of a field, and keep all others", () => {
    const lines = [
      ["a", "1"],
      ["VARY", "Cookie"],
      ["Set-Cookie", "x"],
      ["vary", "Origin"],
      ["Set-Cookie", "y"],
    ] as const
    expect(patchVary(["Accept"])(lines, 200)).toEqual([
      ["a", "1"],
      ["Vary", "Cookie, Origin, Accept"],
      ["Set-Cookie", "x"],
      ["Set-Cookie", "y"],
    ])
  })

  it("forbid caching as Django does", () => {
    const never = patchNeverCache(() => 1_167_616_461_000)
    expect(never([], 200)).toEqual([
      ["Expires", "Mon, 01 Jan 2007 01:54:21 GMT"],
      ["Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"],
    ])
    const expires = ["Expires", "Tue, 02 Jan 2007 00:00:00 GMT"] as const
    expect(never([expires, ["Cache-Control", "public, max-age=300"]], 200)).toEqual([
      expires,
      ["Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"],
    ])
  })
})
