import { describe, expect, it } from "vitest"
import { cachePage as cacheHonoPage } from "../src/hono.js"
import { cacheSite as cacheNodeSite } from "../src/node.js"
import { PageCache } from "../src/page-cache.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { newStore } from "./servers/page-cache.js"

describe("options of a page cache", () => {
  it.each<[string, object, string]>([
    ["no cache", { cache: undefined }, "needs a cache"],
    ["a name that is none", { timout: 5 }, "no option timout; there are cache"],
    ["a limit that is none", { limits: { variant: 5 } }, "no limit variant; there are bodyBytes"],
    ["a word that is none", { profile: "strict" }, 'profile is "safe" or "rfc"; got strict'],
    [
      "a word that only other options know",
      { downstream: "always" },
      'downstream is "django" or "revalidate" or "none"',
    ],
    ["true for what is a word or false", { etag: true }, 'etag is "weak" or "strong" or false; got true'],
    ["a name that is no part of a header's name", { name: "My Cache" }, "name is letters"],
    ["one header for a list", { vary: "Accept" }, 'vary is a list of names of headers; got "Accept"'],
    ["what is no name of a header", { targets: ["CDN Cache"] }, "targets is a list of names of headers"],
    ["no variants", { limits: { variants: 0 } }, "limits.variants must be an integer, 1 or more; got 0"],
    ["less than nothing", { limits: { bodyBytes: -1 } }, "limits.bodyBytes must be an integer, 0 or more; got -1"],
    ["a timeout that is none", { timeout: "soon" }, "A timeout"],
    ["a time for stale pages that is none", { staleFor: "soon" }, "soon"],
  ])("are not %s", (_, options, words) => {
    const make = (): unknown => new PageCache({ cache: newStore(), ...options })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(words)
  })

  it("go with those of the entries", () => {
    const options: PageCacheOptions = { cache: newStore() }
    expect(() => cacheNodeSite({ ...options, onError: () => {} })).not.toThrow()
    expect(() => cacheHonoPage("1m", { ...options, app: { fetch: () => new Response() } })).not.toThrow()
  })
})
