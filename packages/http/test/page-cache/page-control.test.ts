import { describe, expect, it, onTestFinished } from "vitest"
import type { HeaderLines } from "../../src/engine/header-lines.js"
import { attachControl, cacheOf, type PageControl } from "../../src/page-control.js"
import { type PageEvent, pageEvents } from "../../src/page-events.js"
import { request } from "../engine/requests.js"
import { bytes, fillFor, finish, fresh, pageCaches, pageOf, statusOf, storePage } from "./page-caches.js"

const { pageCache } = pageCaches()

describe("a page control", () => {
  it("also applies to the outer page cache, and has the result of the lookup", async () => {
    const [outer, inner] = [pageCache({ keyPrefix: "outer" }), pageCache({ keyPrefix: "inner" })]
    const around = await fillFor(outer)
    const found = await inner.lookup(request(), { outer: around.control })
    if (found.response !== undefined) throw new Error("There was no page")
    found.fill.control.tags("news")
    found.fill.control.skip("csrf")
    expect(around.control.skipped).toBe("csrf")
    expect(statusOf(around.head(200, fresh))).toBe("Larder; fwd=uri-miss; fwd-status=200")
    found.fill.abort()
  })

  it("keeps pages out of the outer page cache that only the inner one can tell apart, for hits and misses", async () => {
    const outer = pageCache({ keyPrefix: "outer" })
    const inner = pageCache({ keyPrefix: "inner", keyExtras: () => ["cs"] })
    await storePage(inner, "page")
    const around = await fillFor(outer)
    expect((await inner.lookup(request(), { outer: around.control })).response).toBeDefined()
    await finish(around, "page")
    expect(await pageOf(outer)).toBeUndefined()
  })

  it("appends its Cache-Status to that of the caches behind it, which it omits for its own hits", async () => {
    const pages = pageCache()
    const asked = request()
    const behind: HeaderLines = [...fresh, ["Cache-Status", "Origin; hit"]]
    const answer = await finish(await fillFor(pages, asked), "page", behind)
    expect(statusOf(answer)).toBe("Origin; hit,Larder; fwd=uri-miss; fwd-status=200; ttl=60")
    const found = await pages.lookup(asked)
    expect(found.response && statusOf(found.response)).toBe("Larder; hit; ttl=60")
  })

  it("accepts tags until the last byte, and headers that come too late keep the page out", async () => {
    const pages = pageCache()
    const late = async (tell: (control: PageControl) => void): Promise<string | undefined> => {
      const fill = await fillFor(pages)
      fill.head(200, fresh)
      fill.chunk(bytes("page"))
      tell(fill.control)
      await fill.end()
      return pageOf(pages)
    }
    expect(await late((control) => control.vary("X-Flavour"))).toBeUndefined()
    expect(await late((control) => control.skip())).toBeUndefined()
    expect(
      await late((control) => control.tags(...Array.from({ length: 65 }, (_, index) => String(index)))),
    ).toBeUndefined()
    expect(await late((control) => control.tags("news"))).toBe("page")
    await pages.purge({ tag: "news" })
    expect(await pageOf(pages)).toBeUndefined()
  })

  it("rejects dependencies that are not header names", () => {
    expect(() => cacheOf({}).vary("Accept Language")).toThrow(TypeError)
    expect(() => cacheOf({}).vary("Accept-Language", "*")).not.toThrow()
  })

  it("does nothing without a page cache", () => {
    const alone = {}
    cacheOf(alone).tags("news")
    cacheOf(alone).skip("for no reason")
    expect(cacheOf(alone).outcome).toBe("bypass")
    const control = cacheOf({})
    attachControl(alone, control)
    expect(cacheOf(alone)).toBe(control)
  })

  it.each([
    [false, true],
    [true, false],
    [true, true],
  ])("is that of the innermost cache: untouched %s outside, %s inside", (outside, inside) => {
    const request = {}
    attachControl(request, cacheOf({}), outside)
    const inner = cacheOf({})
    attachControl(request, inner, inside)
    expect(cacheOf(request)).toBe(inner)
    expect(Reflect.ownKeys(request)).toHaveLength(outside ? 0 : 1)
  })

  it("is published on a diagnostics channel", async () => {
    const events: PageEvent[] = []
    const listen = (event: unknown): void => void events.push(event as PageEvent)
    pageEvents.subscribe(listen)
    onTestFinished(() => pageEvents.unsubscribe(listen))
    const pages = pageCache()
    await storePage(pages, "page")
    await pageOf(pages)
    await storePage(pages, "page", [["Cache-Control", "private"]], request({ target: "/other" }))
    await pageOf(pages, request({ headers: { cookie: "a=1" } }))
    expect(events.map(({ outcome, reason, stored }) => [outcome, reason, stored])).toEqual([
      ["miss", undefined, true],
      ["hit", undefined, undefined],
      ["miss", "private", false],
      ["bypass", "cookie", undefined],
    ])
  })
})
