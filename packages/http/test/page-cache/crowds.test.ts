import { describe, expect, it, vi } from "vitest"
import type { PageCache } from "../../src/page-cache.js"
import type { PageFill } from "../../src/page-fill.js"
import { request } from "../engine/requests.js"
import { bytes, fillFor, finish, fresh, pageCaches, pageOf, statusOf, storePage, textOf } from "./page-caches.js"

const { clock, pageCache } = pageCaches()

describe("a crowd", () => {
  it("gets the page that one of its requests renders", async () => {
    const pages = pageCache()
    const leader = await fillFor(pages)
    const waiting = [1, 2, 3].map(() => pages.lookup(request()))
    await finish(leader, "page")
    for (const found of await Promise.all(waiting)) {
      expect(found.response && textOf(found.response.body)).toBe("page")
      expect(found.response && statusOf(found.response)).toBe("Larder; fwd=uri-miss; collapsed")
    }
  })

  it("renders with another request when the client of the first disconnects", async () => {
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

  /** Ten requests, and the runs of the handler that they have started, in order. */
  function crowdOf(pages: PageCache) {
    const runs: PageFill[] = []
    const lookups = Array.from({ length: 10 }, async () => {
      const found = await pages.lookup(request())
      if (found.response === undefined) runs.push(found.fill)
      return found
    })
    return { runs, lookups }
  }

  /** Resolves when everything that remains waits for a handler. */
  async function idle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
  }

  it("renders once at a time, however many clients disconnect", async () => {
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

  it("does not render for clients that have disconnected", async () => {
    const pages = pageCache()
    const leader = await fillFor(pages)
    const waiting = pages.lookup(request(), { gone: true })
    await idle()
    leader.abort("client")
    expect((await waiting).response?.status).toBe(503)
  })

  it("renders twice one after the other when the handler fails, and then with all requests at once", async () => {
    const pages = pageCache()
    const { runs } = crowdOf(pages)
    for (const begun of [1, 2]) {
      await idle()
      expect(runs).toHaveLength(begun)
      runs.at(-1)?.fail(new Error("broken"))
    }
    await idle()
    expect(runs).toHaveLength(10)
    // For a while, new requests do not wait for each other, and then they do again.
    const soon = crowdOf(pages)
    await idle()
    expect(soon.runs).toHaveLength(10)
    clock.now += 10_000
    const later = crowdOf(pages)
    await idle()
    expect(later.runs).toHaveLength(1)
  })

  it.each([500, 502, 503, 504])("counts the status %i as a failure", async (status) => {
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

  it("gets a usable stale page when the handler fails, without a second run", async () => {
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

  it("has one time limit, however many runs it waits for", async () => {
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

  it("runs its handlers concurrently as soon as the page turns out not to be shareable", async () => {
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

  it("does not wait for a page that was not shareable lately, until it is", async () => {
    const pages = pageCache()
    await storePage(pages, "mine", [["Cache-Control", "private"]])
    const [one, other] = await Promise.all([fillFor(pages), fillFor(pages)])
    await finish(one as PageFill, "now for all")
    expect(await pageOf(pages)).toBe("now for all")
    other?.abort()
  })

  it("still waits after an authorized request got a page of its own", async () => {
    const pages = pageCache()
    await storePage(pages, "mine", fresh, request({ headers: { authorization: "Basic eA==" } }))
    const { runs } = crowdOf(pages)
    await idle()
    expect(runs).toHaveLength(1)
  })

  it("does not wait forever", async () => {
    const pages = pageCache({ limits: { wait: "20ms" } })
    const leader = await fillFor(pages)
    const own = await fillFor(pages)
    expect(statusOf(await finish(own, "own"))).toContain("collapsed=?0")
    await finish(leader, "late")
  })

  it.each([null, "60d"] as const)("waits as long as it takes with a limit of %s", async (wait) => {
    const pages = pageCache({ limits: { wait } })
    const leader = await fillFor(pages)
    const waiting = pages.lookup(request())
    await new Promise((resolve) => setTimeout(resolve, 20))
    await finish(leader, "page")
    const { response } = await waiting
    expect(response && textOf(response.body)).toBe("page")
  })

  it("does not wait for a body that has not ended when that time has passed since its head", async () => {
    const pages = pageCache({ limits: { wait: "100ms" } })
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
    try {
      const leader = await fillFor(pages)
      leader.head(200, fresh)
      leader.chunk(bytes("begun, "))
      await vi.advanceTimersByTimeAsync(60)
      const { runs } = crowdOf(pages)
      await vi.advanceTimersByTimeAsync(39)
      expect(runs).toHaveLength(0)
      await vi.advanceTimersByTimeAsync(1)
      await idle()
      expect(runs).toHaveLength(10)
      const later = crowdOf(pages)
      await idle()
      expect(later.runs).toHaveLength(10)
      leader.chunk(bytes("ended"))
      await leader.end()
      expect(await pageOf(pages)).toBe("begun, ended")
    } finally {
      vi.useRealTimers()
    }
  })

  it("waits for the variant that it requests", async () => {
    const pages = pageCache({ vary: ["x-flavour"] })
    const sweet = request({ headers: { "x-flavour": "sweet" } })
    const sour = request({ headers: { "x-flavour": "sour" } })
    const [one, other] = await Promise.all([fillFor(pages, sweet), fillFor(pages, sour)])
    await Promise.all([finish(one as PageFill, "sweet"), finish(other as PageFill, "sour")])
    expect([await pageOf(pages, sweet), await pageOf(pages, sour)]).toEqual(["sweet", "sour"])
  })
})
