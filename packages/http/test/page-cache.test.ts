import { Cache } from "@larder/core"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { HeaderLines } from "../src/engine/header-lines.js"
import { PageCache } from "../src/page-cache.js"
import { attachControl, cacheOf, type PageControl } from "../src/page-control.js"
import { type PageEvent, pageEvents } from "../src/page-events.js"
import type { PageRequest, PageResponse } from "../src/page-exchange.js"
import type { PageAnswer, PageFill } from "../src/page-fill.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { request } from "./engine/requests.js"
import { ByteBackend } from "./servers/byte-backend.js"

let now = 0
let store = new ByteBackend()
const signals: (() => void)[] = []
beforeEach(() => {
  now = Date.UTC(2026, 10, 25)
  store = new ByteBackend(() => now)
})
afterEach(() => {
  for (const end of signals.splice(0)) end()
})

const fresh: HeaderLines = [["Cache-Control", "max-age=60"]]
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (body: Uint8Array | null): string => new TextDecoder().decode(body ?? new Uint8Array(0))

/** A page cache as another process would have it: nothing is shared but the store. */
function pageCache(options: Partial<PageCacheOptions> = {}): PageCache {
  return new PageCache({ cache: new Cache(store), now: () => now, ...options })
}

async function fillFor(pages: PageCache, asked: PageRequest = request()): Promise<PageFill> {
  const found = await pages.lookup(asked)
  if (found.response !== undefined) throw new Error("The page was there")
  return found.fill
}

async function pageOf(pages: PageCache, asked: PageRequest = request()): Promise<string | undefined> {
  const found = await pages.lookup(asked)
  if (found.response === undefined) found.fill.abort()
  return found.response === undefined ? undefined : textOf(found.response.body)
}

async function finish(fill: PageFill, body: string, headers = fresh, status = 200): Promise<PageAnswer> {
  const answer = fill.head(status, headers)
  fill.chunk(bytes(body))
  await fill.end()
  return answer
}

async function store1(pages: PageCache, body: string, headers = fresh, asked: PageRequest = request()): Promise<void> {
  await finish(await fillFor(pages, asked), body, headers)
}

function statusOf({ headers }: PageAnswer | PageResponse): string {
  return headers
    .filter(([name]) => name === "Cache-Status")
    .map(([, value]) => value)
    .join()
}

describe("settled", () => {
  it("waits for what other page caches over the same cache store", async () => {
    const cache = new Cache(store)
    const fill = await fillFor(pageCache({ cache }))
    const stored = finish(fill, "page")
    await pageCache({ cache }).settled()
    expect(await pageOf(pageCache())).toBe("page")
    await stored
  })
})

describe("a body", () => {
  it("is copied, so that the handler can use its buffer again", async () => {
    const pages = pageCache()
    const fill = await fillFor(pages)
    fill.head(200, fresh)
    const buffer = bytes("one")
    fill.chunk(buffer)
    buffer.set(bytes("two"))
    fill.chunk(buffer)
    await fill.end()
    expect(await pageOf(pages)).toBe("onetwo")
  })

  it.each<[string, HeaderLines, (fill: PageFill) => void]>([
    ["is shorter than it says", [...fresh, ["Content-Length", "5"]], (fill) => fill.chunk(bytes("four"))],
    ["is longer than it says", [...fresh, ["Content-Length", "3"]], (fill) => fill.chunk(bytes("four"))],
    ["says that it is too large", [...fresh, ["Content-Length", "1001"]], () => {}],
    ["turns out too large", fresh, (fill) => fill.chunk(new Uint8Array(1_001))],
    ["broke off", fresh, (fill) => fill.abort()],
  ])("that %s is not stored", async (_, headers, write) => {
    const pages = pageCache({ limits: { bodyBytes: 1_000 } })
    const fill = await fillFor(pages)
    fill.head(200, headers)
    write(fill)
    await fill.end()
    expect(await pageOf(pages)).toBeUndefined()
  })

  it("without an end is recorded up to the bound, and then let go", async () => {
    const fill = await fillFor(pageCache({ limits: { bodyBytes: 10_000 } }))
    fill.head(200, fresh)
    expect(fill.recording).toBe(true)
    for (let written = 0; written < 10; written += 1) fill.chunk(new Uint8Array(5_000))
    expect(fill.recording).toBe(false)
  })
})

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
    now += 10_000
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
    await store1(pages, "good")
    now += 61_000
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
    await store1(pages, "mine", [["Cache-Control", "private"]])
    const [one, other] = await Promise.all([fillFor(pages), fillFor(pages)])
    await finish(one as PageFill, "now for all")
    expect(await pageOf(pages)).toBe("now for all")
    other?.abort()
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

describe("a purge", () => {
  it.each([
    { url: "http://example.com/page" },
    { url: "https://EXAMPLE.com/page#top" },
    { tag: "news" },
    { tag: "late" },
    { prefix: "http://example.com" },
  ])("of %j holds for what another process is rendering", async (what) => {
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

  it("holds for all variants, and for those who asked through a proxy", async () => {
    const pages = pageCache()
    const asked = [
      request({ headers: { "x-flavour": "a" } }),
      request({ headers: { "x-flavour": "b" } }),
      request({ headers: { "x-forwarded-proto": "https" } }),
    ]
    for (const one of asked) await store1(pages, "old", [...fresh, ["Vary", "X-Flavour"]], one)
    await pages.purge({ url: "http://example.com/page" })
    expect(await Promise.all(asked.map((one) => pageOf(pages, one)))).toEqual([undefined, undefined, undefined])
  })

  it("names what it wants", async () => {
    const pages = pageCache({ limits: { prefixDepth: 1 } })
    await expect(pages.purge({ url: "/page" })).rejects.toThrow("absolute URL")
    await expect(pages.purge({ prefix: "http://example.com/a/b" })).rejects.toThrow("down to 1 segments")
    await expect(pages.purge({ prefix: "http://example.com/a" })).resolves.toBeUndefined()
  })

  it("is as good as done for those who ask while it runs", async () => {
    const pages = pageCache()
    await store1(pages, "old")
    const purge = pages.purge({ url: "http://example.com/page" })
    expect(await pageOf(pages)).toBeUndefined()
    await purge
  })
})

describe("a stale page", () => {
  const swr: HeaderLines = [["Cache-Control", "max-age=60, stale-while-revalidate=60"]]

  it("is refreshed by one request for a crowd, with what the page depends on and nothing else", async () => {
    const pages = pageCache()
    const asked = request({
      headers: { "x-flavour": "a", authorization: "x", "x-other": "1", "x-forwarded-proto": "https" },
    })
    const plain = request({ headers: { "x-flavour": "a", "x-other": "1", "x-forwarded-proto": "https" } })
    await store1(pages, "old", [...swr, ["Vary", "X-Flavour"]], plain)
    now += 61_000
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

  it("is refreshed by somebody who waits where nothing else can refresh it", async () => {
    const pages = pageCache()
    await store1(pages, "old", swr)
    now += 61_000
    const fill = await fillFor(pages)
    expect(fill.control.outcome).toBe("stale")
    expect(statusOf(await finish(fill, "new", swr))).toContain("fwd=stale")
    expect(await pageOf(pages)).toBe("new")
  })

  it("is refreshed by the visitor's own request where it depends on more than headers say", async () => {
    const pages = pageCache({ keyExtras: ({ headers }) => [headers.get("accept-language") ?? "en"] })
    const german = request({ headers: { "accept-language": "de" } })
    await store1(pages, "alt", swr, german)
    now += 61_000
    const refresh = (): Promise<void> => Promise.reject(new Error("without the visitor's language"))
    const found = await pages.lookup(german, { refresh })
    if (found.response !== undefined) throw new Error("it was served stale")
    await finish(found.fill, "neu", swr)
    expect(await pageOf(pages, german)).toBe("neu")
  })

  it("is refreshed in the background where the extras are made of headers that are named, and sees no others", async () => {
    const seen: unknown[] = []
    const pages = pageCache({
      keyExtras: ({ target, headers }) => {
        seen.push([target, headers.get("accept-language"), headers.get("x-other")])
        return [headers.get("accept-language") ?? "en"]
      },
      keyExtrasHeaders: ["Accept-Language"],
    })
    const german = request({ headers: { "accept-language": "de", "x-other": "1", cookie: "" } })
    await store1(pages, "alt", swr, german)
    now += 61_000
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

  it.each(["Cookie", "authorization"])("is never refreshed in somebody's name: %s cannot make extras", (header) => {
    expect(() => pageCache({ keyExtras: () => [], keyExtrasHeaders: [header] })).toThrow(TypeError)
  })

  it("is left alone for a while after a refresh that failed", async () => {
    const pages = pageCache()
    await store1(pages, "old", swr)
    now += 61_000
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
    now += 10_000
    await pages.lookup(request(), { refresh })
    await pages.settled()
    expect(refreshes).toBe(2)
  })

  it("is refreshed with others up to a bound", async () => {
    const pages = pageCache({ limits: { refreshes: 2 } })
    const asked = [1, 2, 3].map((number) => request({ target: `/${number}` }))
    for (const one of asked) await store1(pages, "old", swr, one)
    now += 61_000
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

  it("is asked about, and lives on when the handler says that it has not changed", async () => {
    const pages = pageCache({ conditionalHandler: true })
    await store1(pages, "page", [
      ["Cache-Control", "max-age=60"],
      ["ETag", '"v1"'],
      ["X-A", "1"],
    ])
    now += 61_000
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
})

it("asks a handler by its own validators, and not by a tag that it does not know", async () => {
  const pages = pageCache({ conditionalHandler: true })
  const modified = "Sun, 22 Nov 2026 00:00:00 GMT"
  await store1(pages, "page", [...fresh, ["Last-Modified", modified]])
  now += 61_000
  const fill = await fillFor(pages)
  expect(Object.fromEntries(fill.overrides)).toEqual({ "if-modified-since": modified })
  fill.abort()
})

describe("a 304 about another response (RFC 9111, 4.3.4)", () => {
  const tagged = (etag: string): HeaderLines => [...fresh, ["ETag", etag]]

  async function askedAbout(pages: PageCache): Promise<PageFill> {
    await store1(pages, "old", tagged('"v1"'))
    now += 61_000
    return fillFor(pages, request({ headers: { "if-none-match": '"mine"' } }))
  }

  it("has the handler run again, without conditions", async () => {
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

  it("neither updates the page nor keeps it, where the handler runs only once", async () => {
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

  it("is a 304 like others the second time", async () => {
    const pages = pageCache({ conditionalHandler: true })
    const fill = await askedAbout(pages)
    fill.head(304, tagged('"v2"'))
    expect(fill.head(304, tagged('"v2"'))).toMatchObject({ status: 304, body: "handler" })
    await fill.end()
    expect(await pageOf(pages)).toBeUndefined()
  })
})

it("keeps what the handler said of freshness apart from what browsers are told, for when it is asked again", async () => {
  const pages = pageCache({ conditionalHandler: true, downstream: "revalidate" })
  await store1(pages, "page", [
    ["Cache-Control", "max-age=5"],
    ["Larder-Cache-Control", "max-age=60"],
    ["ETag", '"v1"'],
  ])
  now += 61_000
  const fill = await fillFor(pages)
  const answer = fill.head(304, [])
  await fill.end()
  expect(statusOf(answer)).toContain("ttl=60")
  const told = Object.fromEntries((await pages.lookup(request())).response?.headers ?? [])
  expect(told).toMatchObject({ "Cache-Control": "no-cache", Age: "0" })
  expect(told).not.toHaveProperty("Larder-Cache-Control")
})

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
    await store1(inner, "page")
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

  it("can be heard on a channel", async () => {
    const events: PageEvent[] = []
    const listen = (event: unknown): void => void events.push(event as PageEvent)
    pageEvents.subscribe(listen)
    signals.push(() => pageEvents.unsubscribe(listen))
    const pages = pageCache()
    await store1(pages, "page")
    await pageOf(pages)
    await store1(pages, "page", [["Cache-Control", "private"]], request({ target: "/other" }))
    await pageOf(pages, request({ headers: { cookie: "a=1" } }))
    expect(events.map(({ outcome, reason, stored }) => [outcome, reason, stored])).toEqual([
      ["miss", undefined, true],
      ["hit", undefined, undefined],
      ["miss", "private", false],
      ["bypass", "cookie", undefined],
    ])
  })
})

describe("what a client asks for", () => {
  it("is obeyed in the profile rfc", async () => {
    const pages = pageCache({ profile: "rfc" })
    const only = request({ headers: { "cache-control": "only-if-cached" } })
    expect((await pages.lookup(only)).response).toMatchObject({ status: 504 })
    await store1(pages, "page")
    expect(await pageOf(pages, only)).toBe("page")
    const again = await fillFor(pages, request({ headers: { "cache-control": "no-cache" } }))
    expect(statusOf(await finish(again, "new"))).toContain("fwd=request")
    expect(await pageOf(pages)).toBe("new")
  })

  it("not to be stored is not, nor waited for, nor answered from what is stored", async () => {
    const pages = pageCache({ profile: "rfc" })
    const secret = request({ headers: { "cache-control": "no-store" } })
    const fill = await fillFor(pages, secret)
    expect(statusOf(await finish(fill, "secret"))).toBe("Larder; fwd=request; fwd-status=200")
    expect(await pageOf(pages)).toBeUndefined()
    await store1(pages, "page")
    expect(await pageOf(pages, secret)).toBeUndefined()
    expect(await pageOf(pages)).toBe("page")
  })

  it("is passed over in the profile safe", async () => {
    const pages = pageCache()
    await store1(pages, "page")
    expect(await pageOf(pages, request({ headers: { "cache-control": "no-cache", pragma: "no-cache" } }))).toBe("page")
  })

  it("is evaluated on a page that was not there", async () => {
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

it.each<[string, object]>([
  ["cache", { cache: undefined }],
  ["profile", { profile: "unsafe" }],
  ["downstream", { downstream: "always" }],
  ["etag", { etag: true }],
  ["name", { name: "two words" }],
  ["A timeout", { timeout: "soon" }],
])("refuses an option %s that is none", (word, options) => {
  expect(() => pageCache(options)).toThrow(word)
})
