import { describe, expect, it } from "vitest"
import { request } from "../engine/requests.js"
import { fillFor, finish, fresh, pageCaches, pageOf, statusOf, storePage } from "./page-caches.js"

const { pageCache } = pageCaches()

describe("a request directive", () => {
  it("is obeyed in the profile rfc", async () => {
    const pages = pageCache({ profile: "rfc" })
    const only = request({ headers: { "cache-control": "only-if-cached" } })
    expect((await pages.lookup(only)).response).toMatchObject({ status: 504 })
    await storePage(pages, "page")
    expect(await pageOf(pages, only)).toBe("page")
    const again = await fillFor(pages, request({ headers: { "cache-control": "no-cache" } }))
    expect(statusOf(await finish(again, "new"))).toContain("fwd=request")
    expect(await pageOf(pages)).toBe("new")
  })

  it("no-store is obeyed: no storing, no waiting, no stored page", async () => {
    const pages = pageCache({ profile: "rfc" })
    const secret = request({ headers: { "cache-control": "no-store" } })
    const fill = await fillFor(pages, secret)
    expect(statusOf(await finish(fill, "secret"))).toBe("Larder; fwd=request; fwd-status=200")
    expect(await pageOf(pages)).toBeUndefined()
    await storePage(pages, "page")
    expect(await pageOf(pages, secret)).toBeUndefined()
    expect(await pageOf(pages)).toBe("page")
  })

  it("is ignored in the profile safe", async () => {
    const pages = pageCache()
    await storePage(pages, "page")
    expect(await pageOf(pages, request({ headers: { "cache-control": "no-cache", pragma: "no-cache" } }))).toBe("page")
  })

  it("also applies to a page that was missing", async () => {
    const pages = pageCache()
    const fill = await fillFor(pages, request({ headers: { "if-none-match": '"v1"' } }))
    expect(fill.overrides.get("if-none-match")).toBeNull()
    const answer = await finish(fill, "page", [...fresh, ["ETag", '"v1"']])
    expect([answer.status, answer.body, statusOf(answer)]).toEqual([
      304,
      null,
      "Larder; fwd=uri-miss; fwd-status=200; ttl=60",
    ])
    expect(await pageOf(pages)).toBe("page")
  })
})
