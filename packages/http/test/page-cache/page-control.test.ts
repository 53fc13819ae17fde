import { describe, expect, it, onTestFinished } from "vitest"
import type { HeaderLines } from "../../src/engine/header-lines.js"
import { attachControl, cacheOf, type PageControl } from "../../src/page-control.js"
import { type PageEvent, pageEvents } from "../../src/page-events.js"
import { request } from "../engine/requests.js"
import { bytes, fillFor, finish, fresh, pageCaches, pageOf, statusOf, storePage } from "./page-caches.js"

const { pageCache } = pageCaches()

describe("what is told", () => {
  it("reaches the page cache around, and what was found can be asked", async () => {
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

  it("keeps out of the page cache around what only this one can tell apart, found or not", async () => {
    const outer = pageCache({ keyPrefix: "outer" })
    const inner = pageCache({ keyPrefix: "inner", keyExtras: () => ["cs"] })
    await storePage(inner, "page")
    const around = await fillFor(outer)
    expect((await inner.lookup(request(), { outer: around.control })).response).toBeDefined()
    await finish(around, "page")
    expect(await pageOf(outer)).toBeUndefined()
  })

  it("says what this cache did, after what the caches behind it say, and forgets those when it answers itself", async () => {
    const pages = pageCache()
    const asked = request()
    const behind: HeaderLines = [...fresh, ["Cache-Status", "Origin; hit"]]
    const answer = await finish(await fillFor(pages, asked), "page", behind)
    expect(statusOf(answer)).toBe("Origin; hit,Larder; fwd=uri-miss; fwd-status=200; ttl=60")
    const found = await pages.lookup(asked)
    expect(found.response && statusOf(found.response)).toBe("Larder; hit; ttl=60")
  })

  it("in the last byte counts for tags; what the head should have said keeps the page out", async () => {
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

  it("is no other dependency than names of headers", () => {
    expect(() => cacheOf({}).vary("Accept Language")).toThrow(TypeError)
    expect(() => cacheOf({}).vary("Accept-Language", "*")).not.toThrow()
  })

  it("does nothing where no cache is around", () => {
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

  it("can be heard on a channel", async () => {
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
