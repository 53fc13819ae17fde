import { describe, expect, it, vi } from "vitest"
import type { PageCache } from "../../src/page-cache.js"
import type { PageFill } from "../../src/page-fill.js"
import { request } from "../engine/requests.js"
import { fillFor, finish, fresh, pageCaches, pageOf, statusOf, storePage, textOf } from "./page-caches.js"

const { clock, pageCache } = pageCaches()

describe("a crowd", () => {
  it("gets the page that one of it renders", async () => {
    const pages = pageCache()
    const leader = await fillFor(pages)
    const waiting = [1, 2, 3].map(() => pages.lookup(request()))
    await finish(leader, "page")
    for (const found of await Promise.all(waiting)) {
      expect(found.response && textOf(found.response.body)).toBe("page")
      expect(found.response && statusOf(found.response)).toBe("Larder; fwd=uri-miss; collapsed")
    }
  })

  it("has somebody else render when the first one leaves", async () => {
    const pages = pageCache()
    const leader = await fillFor(pages)
    const waiting = [1, 2, 3].map(() => pages.lookup(request()))
    leader.abort()
    const next = await Promise.race(waiting)
    if (next.response !== undefined) throw new Error("There was no page")
    await finish(next.fill, "second")
    const answers = (await Promise.all(waiting)).map(({ response }) => response && textOf(response.body))
    expect(answers.filter((text) => text === "second")).toHaveLength(2)
  })

  /** Ten requests, and the runs of the handler that they have begun, in their order. */
  function crowdOf(pages: PageCache) {
    const runs: PageFill[] = []
    const lookups = Array.from({ length: 10 }, async () => {
      const found = await pages.lookup(request())
      if (found.response === undefined) runs.push(found.fill)
      return found
    })
    return { runs, lookups }
  }

  /** Until nothing goes on but what waits for a handler. */
  async function idle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
  }

  it("has one of it render at a time, however many clients leave", async () => {
    const pages = pageCache()
    const { runs, lookups } = crowdOf(pages)
    for (const begun of [1, 2, 3, 4, 5]) {
      await idle()
      expect(runs).toHaveLength(begun)
      runs.at(-1)?.abort("client")
    }
    await idle()
    await finish(runs[5] as PageFill, "sixth")
    const answers = (await Promise.all(lookups)).map(({ response }) => response && textOf(response.body))
    expect(answers.filter((text) => text === "sixth")).toHaveLength(4)
  })

  it("has nobody render for those who have left", async () => {
    const pages = pageCache()
    const leader = await fillFor(pages)
    const waiting = pages.lookup(request(), { gone: true })
    await idle()
    leader.abort("client")
    expect((await waiting).response?.status).toBe(503)
  })

  it("at a page that fails has it tried by two in line, and then by everybody at once", async () => {
    const pages = pageCache()
    const { runs } = crowdOf(pages)
    for (const begun of [1, 2]) {
      await idle()
      expect(runs).toHaveLength(begun)
      runs.at(-1)?.fail(new Error("broken"))
    }
    await idle()
    expect(runs).toHaveLength(10)
    // For a while those who come do not wait for each other, and then they do again.
    const soon = crowdOf(pages)
    await idle()
    expect(soon.runs).toHaveLength(10)
    clock.now += 10_000
    const later = crowdOf(pages)
    await idle()
    expect(later.runs).toHaveLength(1)
  })

  it.each([500, 502, 503, 504])("takes an answer with status %i for a failure", async (status) => {
    const pages = pageCache()
    const { runs, lookups } = crowdOf(pages)
    await idle()
    runs[0]?.head(status, fresh)
    await idle()
    expect(runs).toHaveLength(2)
    await finish(runs[1] as PageFill, "second")
    const answers = (await Promise.all(lookups)).map(({ response }) => response && textOf(response.body))
    expect(answers.filter((text) => text === "second")).toHaveLength(8)
    expect(await pageOf(pages)).toBe("second")
  })

  it("at a stale page that may stand in gets it when the handler fails, and the handler no second run", async () => {
    const pages = pageCache({ staleIfError: 60 })
    await storePage(pages, "good")
    clock.now += 61_000
    const { runs, lookups } = crowdOf(pages)
    await idle()
    expect(runs[0]?.fail(new Error("broken"))?.status).toBe(200)
    const answers = await Promise.all(lookups)
    expect(runs).toHaveLength(1)
    for (const { response } of answers.slice(1)) {
      expect(response && [textOf(response.body), statusOf(response)]).toEqual(["good", "Larder; fwd=stale; collapsed"])
    }
  })

  it("waits no longer in all, however many runs it waits for", async () => {
    const pages = pageCache({ limits: { wait: "100ms" } })
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
    try {
      const { runs } = crowdOf(pages)
      await idle()
      await vi.advanceTimersByTimeAsync(60)
      runs[0]?.fail(new Error("broken"))
      await idle()
      expect(runs).toHaveLength(2)
      await vi.advanceTimersByTimeAsync(39)
      expect(runs).toHaveLength(2)
      await vi.advanceTimersByTimeAsync(1)
      await idle()
      expect(runs).toHaveLength(10)
    } finally {
      vi.useRealTimers()
    }
  })

  it("runs its handlers side by side as soon as the page is known not to be for all", async () => {
    const pages = pageCache()
    const leader = await fillFor(pages)
    const waiting = [1, 2, 3].map(() => fillFor(pages))
    await new Promise(setImmediate)
    leader.head(200, [["Cache-Control", "private"]])
    const fills = await Promise.all(waiting)
    expect(fills.map((fill) => statusOf(fill.head(200, fresh)))).toEqual(
      Array(3).fill("Larder; fwd=uri-miss; fwd-status=200; ttl=60; collapsed=?0"),
    )
  })

  it("does not wait for a page that nobody could share lately, until somebody could", async () => {
    const pages = pageCache()
    await storePage(pages, "mine", [["Cache-Control", "private"]])
    const [one, other] = await Promise.all([fillFor(pages), fillFor(pages)])
    await finish(one as PageFill, "now for all")
    expect(await pageOf(pages)).toBe("now for all")
    other?.abort()
  })

  it("is not parted by what a page is for somebody who is authorised", async () => {
    const pages = pageCache()
    await storePage(pages, "mine", fresh, request({ headers: { authorization: "Basic eA==" } }))
    const { runs } = crowdOf(pages)
    await idle()
    expect(runs).toHaveLength(1)
  })

  it("does not wait for ever", async () => {
    const pages = pageCache({ limits: { wait: "20ms" } })
    const leader = await fillFor(pages)
    const own = await fillFor(pages)
    expect(statusOf(await finish(own, "own"))).toContain("collapsed=?0")
    await finish(leader, "late")
  })

  it("waits by the variant that it wants", async () => {
    const pages = pageCache({ vary: ["x-flavour"] })
    const sweet = request({ headers: { "x-flavour": "sweet" } })
    const sour = request({ headers: { "x-flavour": "sour" } })
    const [one, other] = await Promise.all([fillFor(pages, sweet), fillFor(pages, sour)])
    await Promise.all([finish(one as PageFill, "sweet"), finish(other as PageFill, "sour")])
    expect([await pageOf(pages, sweet), await pageOf(pages, sour)]).toEqual(["sweet", "sour"])
  })
})
