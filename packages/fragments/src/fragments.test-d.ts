import type { Cache, CachesControl } from "@larder/core"
import { describe, expectTypeOf, it } from "vitest"
import { cacheHelper } from "./ejs.js"
import { addCacheTag } from "./eta.js"
import { addCacheHelper } from "./handlebars.js"
import { createCache } from "./hono.js"
import {
  type FragmentManyOptions,
  type FragmentOptions,
  fragment,
  fragmentMany,
  inPage,
  makeFragmentKey,
} from "./index.js"

declare const cache: Cache
declare const caches: CachesControl
declare const eta: Parameters<typeof addCacheTag>[0]
declare const handlebars: Parameters<typeof addCacheHelper>[0]

describe("types of fragments", () => {
  it("take a cache or several, and any timeout", () => {
    expectTypeOf(fragment("a", { cache, timeout: "10m" }, () => "a")).toEqualTypeOf<Promise<string>>()
    expectTypeOf(fragment("a", { cache: caches, using: "b", timeout: null }, async () => "a")).toEqualTypeOf<
      Promise<string>
    >()
    // @ts-expect-error: it has no unit
    fragment("a", { cache, timeout: "10" }, () => "a")
  })

  it("want a text of what renders", () => {
    // @ts-expect-error: a number is none
    fragment("a", { cache }, () => 7)
    // @ts-expect-error: nor is what may be missing
    fragment("a", { cache }, async (): Promise<string | undefined> => "a")
  })

  it("give no cancelling: others may wait for the same fragment", () => {
    expectTypeOf<FragmentOptions>().not.toHaveProperty("signal")
  })

  it("know the items of a list", () => {
    const options = { cache, name: "a", tags: (item: { id: number }) => [`a:${item.id}`] }
    const all = fragmentMany(
      [{ id: 1 }],
      ({ id }) => [id],
      options,
      ({ id }, { tags }) => {
        expectTypeOf(id).toEqualTypeOf<number>()
        tags("b")
        return "a"
      },
    )
    expectTypeOf(all).toEqualTypeOf<Promise<string[]>>()
    expectTypeOf<FragmentManyOptions<number>>().not.toHaveProperty("staleFor")
  })

  it("make keys of a name and values", () => {
    expectTypeOf(makeFragmentKey("a", [1, "b", null])).toEqualTypeOf<string>()
    expectTypeOf(inPage({ tags: () => undefined, skip: () => undefined }, () => 7)).toEqualTypeOf<number>()
  })
})

describe("types of plugins", () => {
  it("know where the source can count", () => {
    addCacheTag(eta, { cache, digest: true })
    addCacheHelper(handlebars, { cache, digest: true })
    cacheHelper({ cache, digest: (name, from) => (from === undefined ? name : undefined) })
    // @ts-expect-error: EJS tells nothing of its templates
    cacheHelper({ cache, digest: true })
    // @ts-expect-error: components are code
    createCache({ cache, digest: true })
    // @ts-expect-error: and so are functions
    fragment("a", { cache, digest: true }, () => "a")
  })

  it("refuse what renders in the background where that cannot be", () => {
    // @ts-expect-error: Handlebars asks for all at once
    addCacheHelper(handlebars, { cache, staleFor: 60 })
    // @ts-expect-error: contexts of Hono are gone by then
    createCache({ cache, staleFor: 60 })
    addCacheTag(eta, { cache, staleFor: 60 })
  })
})
