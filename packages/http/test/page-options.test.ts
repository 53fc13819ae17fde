import { describe, expect, it } from "vitest"
import { cachePage as cacheHonoPage } from "../src/hono.js"
import { cacheSite as cacheNodeSite } from "../src/node.js"
import { PageCache } from "../src/page-cache.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { newStore } from "./servers/page-cache.js"

describe("options of a page cache", () => {
  it("refuse to be absent", () => {
    const make = () => new PageCache(undefined as unknown as PageCacheOptions)
    expect(make).toThrow(new TypeError("A page cache needs a cache: { cache: new Cache(backend) }"))
  })

  it.each<[string, object, string]>([
    ["no cache", { cache: undefined }, "needs a cache"],
    ["an unknown option", { timout: 5 }, "no option timout; there are cache"],
    ["an unknown limit", { limits: { variant: 5 } }, "no limit variant; there are bodyBytes"],
    ["an unknown word", { profile: "strict" }, 'profile is "safe" or "rfc"; got strict'],
    ["a word of another option", { downstream: "always" }, 'downstream is "django" or "revalidate" or "none"'],
    ["true instead of a word or false", { etag: true }, 'etag is "weak" or "strong" or false; got true'],
    ["a name that is not a token", { name: "My Cache" }, "name is letters"],
    ["a header instead of a list", { vary: "Accept" }, 'vary is a list of names of headers; got "Accept"'],
    ["an invalid header name", { targets: ["CDN Cache"] }, "targets is a list of names of headers"],
    ["a limit of no variants", { limits: { variants: 0 } }, "limits.variants must be an integer, 1 or more; got 0"],
    ["a negative limit", { limits: { bodyBytes: -1 } }, "limits.bodyBytes must be an integer, 0 or more; got -1"],
    ["an unknown word for cookies", { cookies: "bypas" }, 'cookies is "bypass", "strip", "ignore" or a list of names'],
    ["a pattern instead of a list", { ignoreCookies: /^_ga/ }, "ignoreCookies is a list of names and patterns; got"],
    ["a tag instead of a list", { tags: "news" }, 'tags is a list of strings, or a function; got "news"'],
    ["an unknown part of the query", { query: { ingore: ["utm"] } }, 'query is "all", or an object with sort, only'],
    ["a name instead of a list in the query", { query: { only: "page" } }, 'query is "all", or an object'],
    ["a prefix that is not a string", { keyPrefix: 5 }, "keyPrefix is a string; got 5"],
    ["a condition that is not a function", { condition: true }, "condition is a function; got true"],
    ["a word instead of true or false", { ranges: "no" }, 'ranges is true or false; got "no"'],
    ["an invalid timeout", { timeout: "soon" }, "A timeout"],
    ["an invalid time for stale pages", { staleFor: "soon" }, "soon"],
  ])("are rejected with %s", (_, options, words) => {
    const make = (): unknown => new PageCache({ cache: newStore(), ...options })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(words)
  })

  it("are accepted in each of their forms", () => {
    for (const options of [
      { cookies: ["a"], ignoreCookies: ["b", /^c/], query: { sort: true, only: ["d"], ignore: ["e", /^f/] } },
      { cookies: "strip", query: "all", tags: ["g"], keyPrefix: "" },
      { tags: () => ["h"], keyExtras: () => [], condition: () => true, debug: () => false, ranges: false },
    ] satisfies Partial<PageCacheOptions>[]) {
      expect(() => new PageCache({ cache: newStore(), ...options })).not.toThrow()
    }
  })

  it("can be combined with those of the entry points", () => {
    const options: PageCacheOptions = { cache: newStore() }
    expect(() => cacheNodeSite({ ...options, onError: () => {} })).not.toThrow()
    expect(() => cacheHonoPage("1m", { ...options, app: { fetch: () => new Response() } })).not.toThrow()
  })
})
