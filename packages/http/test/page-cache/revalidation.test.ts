import { describe, expect, it } from "vitest"
import type { HeaderLines } from "../../src/engine/header-lines.js"
import type { PageCache } from "../../src/page-cache.js"
import type { PageFill } from "../../src/page-fill.js"
import { request } from "../engine/requests.js"
import { fillFor, finish, fresh, pageCaches, pageOf, statusOf, storePage, textOf } from "./page-caches.js"

const { clock, pageCache } = pageCaches()

describe("a stale page of a handler that answers conditional requests", () => {
  it("is revalidated, and fresh again after a 304", async () => {
    const pages = pageCache({ conditionalHandler: true })
    await storePage(pages, "page", [
      ["Cache-Control", "max-age=60"],
      ["ETag", '"v1"'],
      ["X-A", "1"],
    ])
    clock.now += 61_000
    const fill = await fillFor(pages, request({ headers: { "if-none-match": '"other"' } }))
    expect(Object.fromEntries(fill.overrides)).toEqual({ "if-none-match": '"v1"' })
    const answer = fill.head(304, [
      ["X-A", "2"],
      ["Cache-Control", "max-age=60"],
    ])
    await fill.end()
    expect([answer.status, answer.body !== "handler" && textOf(answer.body)]).toEqual([200, "page"])
    expect(statusOf(answer)).toBe("Larder; fwd=stale; fwd-status=304; ttl=60")
    const found = await pages.lookup(request())
    expect(Object.fromEntries(found.response?.headers ?? [])).toMatchObject({ "X-A": "2", ETag: '"v1"', Age: "0" })
  })

  it("starts a new age after a 304, also if the 304 must not be stored", async () => {
    const pages = pageCache({ conditionalHandler: true })
    await storePage(pages, "page", [...fresh, ["ETag", '"v1"'], ["Age", "50"]])
    clock.now += 61_000
    const fill = await fillFor(pages)
    const answer = fill.head(304, [["Cache-Control", "no-store"]])
    await fill.end()
    expect(Object.fromEntries(answer.headers)).toMatchObject({ Age: "0", "Cache-Control": "no-store" })
  })

  it.each(["no-store", "private"])(
    "is dropped after a 304 with %s, and no longer replaces a failure",
    async (directive) => {
      const pages = pageCache({ conditionalHandler: true, staleIfError: 600 })
      await storePage(pages, "page", [...fresh, ["ETag", '"v1"']])
      clock.now += 61_000
      const fill = await fillFor(pages)
      expect(fill.head(304, [["Cache-Control", directive]]).status).toBe(200)
      await fill.end()
      await pages.settled()
      const next = await fillFor(pages)
      expect([next.overrides.size, next.fail(new Error("broken"))]).toEqual([0, undefined])
    },
  )

  it("reports a request directive as the reason if it was still fresh", async () => {
    const pages = pageCache({ conditionalHandler: true, obeyClients: true })
    await storePage(pages, "page", [...fresh, ["ETag", '"v1"']])
    const fill = await fillFor(pages, request({ headers: { "cache-control": "no-cache" } }))
    expect(statusOf(fill.head(304, []))).toBe("Larder; fwd=request; fwd-status=304; ttl=60")
    await fill.end()
  })

  it("is revalidated with the handler's own validators, not with an ETag of ours", async () => {
    const pages = pageCache({ conditionalHandler: true })
    const modified = "Sun, 22 Nov 2026 00:00:00 GMT"
    await storePage(pages, "page", [...fresh, ["Last-Modified", modified]])
    clock.now += 61_000
    const fill = await fillFor(pages)
    expect(Object.fromEntries(fill.overrides)).toEqual({ "if-modified-since": modified })
    fill.abort()
  })

  it("keeps the handler's freshness for revalidation, apart from what browsers receive", async () => {
    const pages = pageCache({ conditionalHandler: true, downstream: "revalidate" })
    await storePage(pages, "page", [
      ["Cache-Control", "max-age=5"],
      ["Larder-Cache-Control", "max-age=60"],
      ["ETag", '"v1"'],
    ])
    clock.now += 61_000
    const fill = await fillFor(pages)
    const answer = fill.head(304, [])
    await fill.end()
    expect(statusOf(answer)).toContain("ttl=60")
    const told = Object.fromEntries((await pages.lookup(request())).response?.headers ?? [])
    expect(told).toMatchObject({ "Cache-Control": "no-cache", Age: "0" })
    expect(told).not.toHaveProperty("Larder-Cache-Control")
  })
})

describe("a 304 about another response (RFC 9111, 4.3.4)", () => {
  const tagged = (etag: string): HeaderLines => [...fresh, ["ETag", etag]]

  async function askedAbout(pages: PageCache): Promise<PageFill> {
    await storePage(pages, "old", tagged('"v1"'))
    clock.now += 61_000
    return fillFor(pages, request({ headers: { "if-none-match": '"mine"' } }))
  }

  it("makes the handler run again without conditions", async () => {
    const pages = pageCache({ conditionalHandler: true })
    const fill = await askedAbout(pages)
    expect(fill.overrides.get("if-none-match")).toBe('"v1"')
    expect(fill.head(304, tagged('"v2"')).again).toBe(true)
    expect(fill.overrides.get("if-none-match")).toBeNull()
    const answer = await finish(fill, "new", tagged('"v2"'))
    expect([answer.status, answer.again]).toEqual([200, undefined])
    expect(statusOf(answer)).toContain("fwd=stale; fwd-status=200")
    expect(await pageOf(pages)).toBe("new")
  })

  it("neither updates nor keeps the page if the handler can run only once", async () => {
    const pages = pageCache({ conditionalHandler: true })
    const fill = await askedAbout(pages)
    const answer = fill.head(304, [...tagged('"v2"'), ["X-A", "1"]])
    await fill.end()
    expect([answer.status, answer.body !== "handler" && textOf(answer.body)]).toEqual([200, "old"])
    expect(Object.fromEntries(answer.headers)).toMatchObject({ ETag: '"v1"', Age: "61" })
    expect(Object.fromEntries(answer.headers)).not.toHaveProperty("X-A")
    await pages.settled()
    const next = await fillFor(pages)
    expect(next.overrides.size).toBe(0)
    next.abort()
  })

  it("is passed on the second time", async () => {
    const pages = pageCache({ conditionalHandler: true })
    const fill = await askedAbout(pages)
    fill.head(304, tagged('"v2"'))
    expect(fill.head(304, tagged('"v2"'))).toMatchObject({ status: 304, body: "handler" })
    await fill.end()
    expect(await pageOf(pages)).toBeUndefined()
  })
})
