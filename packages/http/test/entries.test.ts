import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { PageCache } from "../src/page-cache.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { hosts, type Page, type Seen, type View } from "./servers/entries.js"
import { type Answer, type Listening, send } from "./servers/listening.js"

describe.each(Object.entries(hosts))("the entry for %s", (_, host) => {
  const open: Listening[] = []
  let now = 0
  let seen: Seen[] = []
  beforeEach(() => {
    now = Date.UTC(2026, 10, 25)
    seen = []
  })
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close()
  })

  /** Serves what the view answers, which also counts its runs. */
  async function start(view: View = () => ({}), options: Partial<PageCacheOptions> = {}) {
    const pages = new PageCache({ cache: new Cache(new LocmemBackend()), now: () => now, ...options })
    const server = await host.serve(pages, (request) => {
      seen.push(request)
      return view(request)
    })
    open.push(server)
    const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
      send(server.port, path, { headers })
    return { pages, port: server.port, get }
  }

  const counted =
    (page: Page = {}): View =>
    () => ({ ...page, body: `run ${seen.length}` })

  it("runs the handler once for a page, and says so in Cache-Status", async () => {
    const { get } = await start(counted())
    const [first, second] = [await get("/a"), await get("/a")]
    expect([first.text, second.text, second.status]).toEqual(["run 1", "run 1", 200])
    expect(first.headers["cache-status"]).toContain("fwd=uri-miss")
    expect(second.headers["cache-status"]).toContain("hit")
    expect(second.headers.age).toBe("0")
    expect(second.headers["content-length"]).toBe("5")
    expect((await get("/b")).text).toBe("run 2")
  })

  it("gives no 304 out of a cold cache to be stored, and one to the client that asked", async () => {
    const { get } = await start(counted({ headers: { "Cache-Control": "max-age=60", ETag: '"v1"' } }))
    const cold = await get("/", { "If-None-Match": '"v1"' })
    expect([cold.status, cold.text, cold.headers.etag]).toEqual([304, "", '"v1"'])
    expect(seen[0]?.headers["if-none-match"]).toBeUndefined()
    const warm = await get("/")
    expect([warm.status, warm.text]).toEqual([200, "run 1"])
    expect((await get("/", { "If-None-Match": '"v1"' })).status).toBe(304)
  })

  it("answers HEAD and ranges from a stored page", async () => {
    const { get, port } = await start(counted())
    await get("/")
    const head = await send(port, "/", { method: "HEAD" })
    expect([head.status, head.headers["content-length"], head.text]).toEqual([200, "5", ""])
    const part = await get("/", { Range: "bytes=0-2" })
    expect([part.status, part.text, part.headers["content-range"]]).toEqual([206, "run", "bytes 0-2/5"])
    expect(seen).toHaveLength(1)
  })

  it("runs the handler once for a crowd", async () => {
    let release: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { get } = await start(async () => {
      await held
      return { body: `run ${seen.length}` }
    })
    const crowd = Array.from({ length: 20 }, () => get("/"))
    await expect.poll(() => seen.length).toBe(1)
    release()
    const texts = (await Promise.all(crowd)).map(({ text }) => text)
    expect(new Set(texts)).toEqual(new Set(["run 1"]))
    expect(seen).toHaveLength(1)
  })

  it("serves a stale page to a crowd, and refreshes it once in the background", async () => {
    let release: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { get, pages } = await start(async ({ revalidation }) => {
      if (revalidation) await held
      return { headers: { "Cache-Control": "max-age=10, stale-while-revalidate=60" }, body: `run ${seen.length}` }
    })
    await get("/a?b=1")
    now += 20_000
    const crowd = await Promise.all(Array.from({ length: 10 }, () => get("/a?b=1", { "X-Other": "1" })))
    for (const { text, headers } of crowd) {
      expect(text).toBe("run 1")
      expect(headers.age).toBe("20")
    }
    release()
    await pages.settled()
    expect((await get("/a?b=1")).text).toBe("run 2")
    expect(seen.map(({ revalidation, cache }) => [revalidation, cache.revalidation])).toEqual([
      [false, false],
      [true, true],
    ])
    expect(seen[1]?.headers).toEqual({ host: seen[0]?.headers.host })
    expect([seen[1]?.method, seen[1]?.url]).toEqual(["GET", "/a?b=1"])
  })

  it("keeps the stale page when its refresh fails, and does not try again at once", async () => {
    const { get, pages } = await start(() => {
      if (seen.length > 1) throw new Error("broken")
      return { headers: { "Cache-Control": "max-age=10, stale-while-revalidate=60" }, body: "good" }
    })
    await get("/")
    now += 20_000
    for (let request = 0; request < 3; request++) {
      expect((await get("/")).text).toBe("good")
      await pages.settled()
    }
    expect(seen).toHaveLength(2)
    now += 11_000
    await get("/")
    await pages.settled()
    expect(seen).toHaveLength(3)
  })

  it("serves the last good page when the handler fails, and its failure where there is none", async () => {
    const { get } = await start(() => {
      if (seen.length > 1) throw new Error("broken")
      return { headers: { "Cache-Control": "max-age=10, stale-if-error=60" }, body: "good" }
    })
    await get("/")
    now += 20_000
    const stale = await get("/")
    expect([stale.status, stale.text]).toEqual([200, "good"])
    expect(stale.headers["cache-status"]).toContain("fwd=stale")
    expect((await get("/other")).status).toBe(500)
  })

  it("hides an ignored parameter from the handler", async () => {
    const { get } = await start(counted(), { query: { ignore: ["utm_source", /^x_/] } })
    await get("/a?utm_source=b&id=1&x_1=2")
    expect(seen[0]?.url).toBe("/a?id=1")
    expect(seen[0]?.query).toEqual({ id: "1" })
    expect((await get("/a?id=1&utm_source=c")).text).toBe("run 1")
  })

  it("lets a handler tag, vary and skip through its own request object", async () => {
    const { get } = await start(({ url, cache, headers }) => {
      if (url === "/skip") cache.skip("test")
      if (url === "/vary") cache.vary("X-Kind")
      return { body: `${headers["x-kind"]} ${seen.length}` }
    })
    expect([(await get("/skip")).text, (await get("/skip")).text]).toEqual(["undefined 1", "undefined 2"])
    const a = await get("/vary", { "X-Kind": "a" })
    expect([a.text, a.headers.vary]).toEqual(["a 3", "X-Kind".toLowerCase()])
    expect((await get("/vary", { "X-Kind": "b" })).text).toBe("b 4")
    expect((await get("/vary", { "X-Kind": "a" })).text).toBe("a 3")
  })

  it("treats a forged sign of a background request as any header", async () => {
    const { get } = await start(counted())
    await get("/", { "X-Larder-Revalidation": "1", "X-Middleware-Subrequest": "1" })
    expect(seen[0]?.revalidation).toBe(false)
  })
})
