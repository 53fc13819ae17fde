import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { addressOf, parseAddress } from "../../src/engine/address.js"
import { viewCookies } from "../../src/engine/cookies.js"
import { digest } from "../../src/engine/digest.js"
import { pageKey } from "../../src/engine/page-key.js"
import { applyQueryPolicy } from "../../src/engine/query.js"
import type { StoredHead, VariantIndex } from "../../src/engine/stored-page.js"
import { findVariant, placeVariant, variantDigest, variesWith } from "../../src/engine/variants.js"
import { depthOf, placeTags, prefixTag, urlTag } from "../../src/page-tags.js"
import { policy, request } from "./requests.js"

function key(options: Parameters<typeof request>[0], policyOptions = {}): string {
  const asked = request(options)
  return pageKey(addressOf(asked), policy(policyOptions), asked.headers)
}

describe("the key of a page", () => {
  it("differs for different pages", () => {
    const keys = [
      key({}),
      key({ scheme: "https" }),
      key({ authority: "www.example.com" }),
      key({ authority: "example.com:8080" }),
      key({ target: "/Page" }),
      key({ target: "/page/" }),
      key({ target: "//page" }),
      key({ target: "/page?" }),
      key({ target: "/page?a=1&b=2" }),
      key({ target: "/page?b=2&a=1" }),
      key({ target: "/%70age" }),
      key({}, { keyPrefix: "b" }),
      key({}, { profile: "rfc" }),
      key({ headers: { "x-forwarded-host": "evil.example" } }),
      key({ headers: { "x-forwarded-proto": "https" } }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it("does not depend on insignificant differences", () => {
    expect(key({ authority: "example.com:80" })).toBe(key({}))
    expect(key({ method: "HEAD", headers: { "x-other": "1" } })).toBe(key({}))
    expect(key({ headers: { "x-forwarded-host": "example.com", "x-forwarded-proto": "http" } })).toBe(key({}))
  })

  it("is never the same for two different lists of fields", () => {
    const fields = fc.array(fc.option(fc.string({ maxLength: 6 }), { nil: null }), { maxLength: 5 })
    fc.assert(
      fc.property(fields, fields, (one, other) => {
        expect(digest(one) === digest(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
    expect(digest(["a", "b"])).not.toBe(digest(["ab", ""]))
    expect(digest(["1:a"])).not.toBe(digest(["1", "a"]))
    expect(digest([null])).not.toBe(digest([""]))
    expect(digest(["\ud800"])).not.toBe(digest(["\ud801"]))
  })
})

describe("an address", () => {
  it("is read from a URL byte for byte", () => {
    expect(parseAddress("HTTPS://Example.com:443/a%2F/../b?x#y")).toEqual({
      scheme: "https",
      authority: "example.com",
      target: "/a%2F/../b?x",
    })
    expect(parseAddress("http://a?b")).toEqual({ scheme: "http", authority: "a", target: "/?b" })
    for (const text of ["/a", "a.example/b", "ftp://a/b", "", "http://", "http://a b/", "http://a:x/"])
      expect(parseAddress(text)).toBeUndefined()
  })

  it("is encoded as in a request, however it is written", () => {
    const target = "/caf%C3%A9/%C3%A9?q=a%20b&%F0%9F%98%80=%EF%BF%BD"
    expect(parseAddress("https://user@M\u00fcnchen.example/caf\u00e9/%C3%A9?q=a b&\u{1f600}=\ud800")).toEqual({
      scheme: "https",
      authority: "xn--mnchen-3ya.example",
      target,
    })
  })

  it("has the same tags if TLS ends before the server", () => {
    for (const tag of [urlTag, prefixTag]) {
      const named = ["h", "h:80", "h:443", "h:8443", "[::1]:443", "[::443]"].map((authority) =>
        tag({ scheme: "http", authority, target: "/" }).replace(/^\w+:|\/$/g, ""),
      )
      expect(named).toEqual(["h", "h", "h", "h:8443", "[::1]", "[::443]"])
    }
  })

  it("has a tag for its URL and for each path above it", () => {
    const address = { scheme: "http", authority: "h", target: "/a/b/c/d?q" }
    expect(placeTags(address, 2)).toEqual(["url:h/a/b/c/d?q", "prefix:h", "prefix:h/a", "prefix:h/a/b"])
    expect(placeTags(address, 0)).toEqual(["url:h/a/b/c/d?q"])
    expect(placeTags({ ...address, target: "/" }, 4)).toEqual(["url:h/", "prefix:h"])
    expect(placeTags({ ...address, target: "//a//b/" }, 2)).toEqual([
      "url:h//a//b/",
      "prefix:h",
      "prefix:h//a",
      "prefix:h//a//b",
    ])
    expect(urlTag(address)).not.toBe(prefixTag(address))
    expect(["/", "/a", "/a/", "/a/b/"].map((target) => depthOf({ ...address, target }))).toEqual([0, 1, 1, 2])
  })
})

describe("the query", () => {
  it.each([
    ["/a?utm_x=1&b=2", { ignore: [/^utm_/] }, "/a?b=2", "/a?b=2"],
    ["/a?utm_x=1;evil=1", { ignore: [/^utm_/] }, "/a", "/a"],
    ["/a?b=2&utm_x", { ignore: [/^utm_/g] }, "/a?b=2", "/a?b=2"],
    ["/a?utm%5Fx=1", { ignore: [/^utm_/] }, "/a?utm%5Fx=1", "/a?utm%5Fx=1"],
    ["/a?UTM_x=1", { ignore: ["utm_x"] }, "/a?UTM_x=1", "/a?UTM_x=1"],
    ["/a?page=2&x=1&page=3", { only: ["page"] }, "/a?page=2&page=3", "/a?page=2&page=3"],
    ["/a?b=2&a=1&b=1", { sort: true }, "/a?b=2&a=1&b=1", "/a?a=1&b=2&b=1"],
    ["/a?b=2&a=1", "all", "/a?b=2&a=1", "/a?b=2&a=1"],
    ["/a", { only: [] }, "/a", "/a"],
  ] as const)("%s", (target, query, seen, keyed) => {
    expect(applyQueryPolicy(target, query)).toEqual({ seen, keyed })
  })
})

describe("cookies", () => {
  const view = (header: string | undefined, options: object) => viewCookies(header, policy(options))

  it("bypass the cache, unless they are ignored", () => {
    expect(view("session=1", {}).personal).toBe(true)
    expect(view("_ga=1", { ignoreCookies: [/^_ga/] })).toEqual({ personal: false, seen: null, keyed: null })
    expect(view("_ga=1; session=2", { ignoreCookies: [/^_ga/] }).personal).toBe(true)
    expect(view("a", {}).personal).toBe(true)
    expect(view(" ; ", {})).toEqual({ personal: false, seen: null, keyed: null })
    expect(view(undefined, {})).toEqual({ personal: false, seen: null, keyed: null })
  })

  it("can be stripped, listed or left to Vary", () => {
    expect(view("session=1", { cookies: "strip" })).toEqual({ personal: false, seen: null, keyed: null })
    expect(view("b=2; session=1; a=1", { cookies: ["a", "b"] })).toEqual({
      personal: false,
      seen: "b=2; a=1",
      keyed: "a=1; b=2",
    })
    expect(view("session=1", { cookies: ["a"] })).toEqual({ personal: false, seen: null, keyed: null })
    expect(view("a=1; b=2", { cookies: "ignore" })).toEqual({ personal: false, seen: "a=1; b=2", keyed: "a=1; b=2" })
  })
})

describe("variants", () => {
  const index: VariantIndex = { generation: "g", names: ["accept", "origin"], slots: [], newest: -1, keptUntil: 0 }
  const values =
    (accept: string | null, origin: string | null = null) =>
    (name: string) =>
      name === "accept" ? accept : origin

  it("are found again", () => {
    const first = placeVariant("k", index, values("a"), 2)
    const second = placeVariant("k", first.index, values("b"), 2)
    expect(findVariant("k", second.index, values("a"))).toEqual(first.place)
    expect(findVariant("k", second.index, values("b"))).toEqual(second.place)
    expect(findVariant("k", second.index, values("c"))).toBeUndefined()
    expect(placeVariant("k", second.index, values("a"), 2)).toEqual({ index: second.index, place: first.place })
  })

  it("are limited in number, and replace the oldest", () => {
    let current = index
    const keys = new Set<string>()
    for (let number = 0; number < 1_000; number += 1) {
      const { index: next, place } = placeVariant("k", current, values(String(number)), 4)
      current = next
      keys.add(place.key)
    }
    expect(keys.size).toBe(4)
    expect(["995", "996", "999"].map((value) => findVariant("k", current, values(value)) !== undefined)).toEqual([
      false,
      true,
      true,
    ])
  })

  it("distinguish a missing header from an empty one", () => {
    expect(variantDigest(["accept"], values(null))).not.toBe(variantDigest(["accept"], values("")))
    const vary: StoredHead["vary"] = [["accept", null]]
    expect(variesWith({ vary } as StoredHead, values(null))).toBe(true)
    expect(variesWith({ vary } as StoredHead, values(""))).toBe(false)
  })
})
