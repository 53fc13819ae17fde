import { describe, expect, it } from "vitest"
import type { HeaderLines } from "../../src/engine/header-lines.js"
import type { PageFill } from "../../src/page-fill.js"
import { request } from "../engine/requests.js"
import { fillFor, finish, pageCaches, pageOf, statusOf, storePage, textOf } from "./page-caches.js"

const { clock, pageCache } = pageCaches()

describe("a stale page", () => {
  const swr: HeaderLines = [["Cache-Control", "max-age=60, stale-while-revalidate=60"]]

  it("is refreshed once for a crowd, with the headers that it depends on and nothing else", async () => {
    const pages = pageCache()
    const asked = request({
      headers: { "x-flavour": "a", authorization: "x", "x-other": "1", "x-forwarded-proto": "https" },
    })
    const plain = request({ headers: { "x-flavour": "a", "x-other": "1", "x-forwarded-proto": "https" } })
    await storePage(pages, "old", [...swr, ["Vary", "X-Flavour"]], plain)
    clock.now += 61_000
    const refreshed: HeaderLines[] = []
    const refresh = async (fill: PageFill, headers: HeaderLines): Promise<void> => {
      refreshed.push(headers)
      expect(fill.control.revalidation).toBe(true)
      await finish(fill, "new", [...swr, ["Vary", "X-Flavour"]])
    }
    const found = await Promise.all([1, 2, 3].map(() => pages.lookup(plain, { refresh })))
    expect(found.map(({ response }) => response && textOf(response.body))).toEqual(["old", "old", "old"])
    await pages.settled()
    expect(refreshed).toEqual([
      [
        ["host", "example.com"],
        ["x-flavour", "a"],
        ["x-forwarded-proto", "https"],
      ],
    ])
    expect(await pageOf(pages, plain)).toBe("new")
    expect(await pageOf(pages, asked)).toBeUndefined()
  })

  it("is refreshed by a waiting request if nothing else can refresh it", async () => {
    const pages = pageCache()
    await storePage(pages, "old", swr)
    clock.now += 61_000
    const fill = await fillFor(pages)
    expect(fill.control.outcome).toBe("stale")
    expect(statusOf(await finish(fill, "new", swr))).toContain("fwd=stale")
    expect(await pageOf(pages)).toBe("new")
  })

  it("is refreshed by the visitor's own request if it depends on more than headers", async () => {
    const pages = pageCache({ keyExtras: ({ headers }) => [headers.get("accept-language") ?? "en"] })
    const german = request({ headers: { "accept-language": "de" } })
    await storePage(pages, "alt", swr, german)
    clock.now += 61_000
    const refresh = (): Promise<void> => Promise.reject(new Error("without the visitor's language"))
    const found = await pages.lookup(german, { refresh })
    if (found.response !== undefined) throw new Error("it was served stale")
    await finish(found.fill, "neu", swr)
    expect(await pageOf(pages, german)).toBe("neu")
  })

  it("is refreshed in the background if its extras depend on named headers only, which are all that is sent", async () => {
    const seen: unknown[] = []
    const pages = pageCache({
      keyExtras: ({ target, headers }) => {
        seen.push([target, headers.get("accept-language"), headers.get("x-other")])
        return [headers.get("accept-language") ?? "en"]
      },
      keyExtrasHeaders: ["Accept-Language"],
    })
    const german = request({ headers: { "accept-language": "de", "x-other": "1", cookie: "" } })
    await storePage(pages, "alt", swr, german)
    clock.now += 61_000
    const refreshed: HeaderLines[] = []
    const refresh = async (fill: PageFill, headers: HeaderLines): Promise<void> => {
      refreshed.push(headers)
      await finish(fill, "neu", swr)
    }
    expect((await pages.lookup(german, { refresh })).response).toBeDefined()
    await pages.settled()
    expect(refreshed).toEqual([
      [
        ["host", "example.com"],
        ["accept-language", "de"],
      ],
    ])
    expect(await pageOf(pages, german)).toBe("neu")
    expect(await pageOf(pages)).toBeUndefined()
    expect(seen.slice(0, 2)).toEqual(Array(2).fill(["/page", "de", undefined]))
  })

  it.each(["Cookie", "authorization"])("is never refreshed with credentials: extras cannot depend on %s", (header) => {
    expect(() => pageCache({ keyExtras: () => [], keyExtrasHeaders: [header] })).toThrow(TypeError)
  })

  it("is not refreshed for a while after a failed refresh", async () => {
    const pages = pageCache()
    await storePage(pages, "old", swr)
    clock.now += 61_000
    let refreshes = 0
    const refresh = async (): Promise<void> => {
      refreshes += 1
      throw new Error("broken")
    }
    for (let asked = 0; asked < 3; asked += 1) {
      expect((await pages.lookup(request(), { refresh })).response).toBeDefined()
      await pages.settled()
    }
    expect(refreshes).toBe(1)
    clock.now += 10_000
    await pages.lookup(request(), { refresh })
    await pages.settled()
    expect(refreshes).toBe(2)
  })

  it("is refreshed together with others, up to a limit", async () => {
    const pages = pageCache({ limits: { refreshes: 2 } })
    const asked = [1, 2, 3].map((number) => request({ target: `/${number}` }))
    for (const one of asked) await storePage(pages, "old", swr, one)
    clock.now += 61_000
    let running = 0
    const ends: (() => void)[] = []
    const refresh = (fill: PageFill): Promise<void> =>
      new Promise((resolve) => {
        running += 1
        ends.push(() => {
          fill.abort()
          resolve()
        })
      })
    await Promise.all(asked.map((one) => pages.lookup(one, { refresh })))
    await expect.poll(() => running).toBe(2)
    for (const end of ends) end()
    await pages.settled()
    expect(running).toBe(2)
  })
})
