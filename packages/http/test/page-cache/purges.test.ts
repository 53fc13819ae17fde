import { describe, expect, it } from "vitest"
import { request } from "../engine/requests.js"
import { bytes, fillFor, fresh, pageCaches, pageOf, storePage } from "./page-caches.js"

const { pageCache } = pageCaches()

describe("a purge", () => {
  it.each([
    { url: "http://example.com/page" },
    { url: "https://EXAMPLE.com/page#top" },
    { tag: "news" },
    { tag: "late" },
    { prefix: "http://example.com" },
  ])("of %j covers pages that another process is rendering", async (what) => {
    const [here, there] = [pageCache({ tags: ["news"] }), pageCache({ tags: ["news"] })]
    const fill = await fillFor(there)
    fill.control.tags("late")
    fill.head(200, fresh)
    await here.purge(what)
    fill.chunk(bytes("old"))
    await fill.end()
    expect(await pageOf(there)).toBeUndefined()
    expect(await pageOf(here)).toBeUndefined()
  })

  it("covers all variants, and requests through a proxy", async () => {
    const pages = pageCache()
    const asked = [
      request({ headers: { "x-flavour": "a" } }),
      request({ headers: { "x-flavour": "b" } }),
      request({ headers: { "x-forwarded-proto": "https" } }),
    ]
    for (const one of asked) await storePage(pages, "old", [...fresh, ["Vary", "X-Flavour"]], one)
    await pages.purge({ url: "http://example.com/page" })
    expect(await Promise.all(asked.map((one) => pageOf(pages, one)))).toEqual([undefined, undefined, undefined])
  })

  it("is rejected if its URL or prefix is invalid", async () => {
    const pages = pageCache({ limits: { prefixDepth: 1 } })
    await expect(pages.purge({ url: "/page" })).rejects.toThrow("absolute URL")
    await expect(pages.purge({ prefix: "http://example.com/a/b" })).rejects.toThrow("down to 1 segments")
    await expect(pages.purge({ prefix: "http://example.com/a" })).resolves.toBeUndefined()
  })

  it("already applies to requests that arrive while it runs", async () => {
    const pages = pageCache()
    await storePage(pages, "old")
    const purge = pages.purge({ url: "http://example.com/page" })
    expect(await pageOf(pages)).toBeUndefined()
    await purge
  })
})
