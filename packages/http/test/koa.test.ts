import { createServer } from "node:http"
import { Readable } from "node:stream"
import { gunzipSync, gzipSync } from "node:zlib"
import Koa, { type Context, type Middleware } from "koa"
import { describe, expect, it } from "vitest"
import { cachedBy, cachePage, use } from "../src/koa.js"
import { cacheOf } from "../src/page-control.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { type Client, listen, testServers } from "./servers/listening.js"
import { newPageCache, newStore } from "./servers/page-cache.js"

const open = testServers()

async function start(app: Koa): Promise<Client> {
  app.silent = true
  return open(await listen(createServer(app.callback())))
}

type Handler = (context: Context, run: number) => unknown

/** An application with a page cache and one handler that counts its runs. */
async function counted(
  handler: Handler,
  { before = [], ...options }: Partial<PageCacheOptions> & { before?: Middleware[] } = {},
) {
  const app = new Koa()
  const pages = newPageCache({ defaultTimeout: 60, ...options })
  let runs = 0
  for (const middleware of before) app.use(middleware)
  app.use(cachedBy(pages))
  app.use((context) => {
    runs += 1
    return handler(context, runs)
  })
  return { ...(await start(app)), pages, runs: () => runs }
}

function setBody(body: (run: number) => unknown): Handler {
  return (context, run) => {
    context.body = body(run)
  }
}

describe("Koa behind a page cache", () => {
  it.each<[string, (run: number) => unknown, string]>([
    ["text", (run) => `run ${run}`, "run 1"],
    ["an object", (run) => ({ run }), '{"run":1}'],
    ["a Buffer", (run) => Buffer.from(`run ${run}`), "run 1"],
    ["a stream", (run) => Readable.from(["run ", String(run)]), "run 1"],
    ["a web stream", (run) => new Blob([`run ${run}`]).stream(), "run 1"],
    ["a Blob", (run) => new Blob([`run ${run}`]), "run 1"],
    ["a Response", (run) => new Response(`run ${run}`, { headers: { "X-A": "1" } }), "run 1"],
    ["an empty page", () => "", ""],
  ])("stores %s", async (_, body, text) => {
    const { get, runs } = await counted(setBody(body))
    const [first, second] = [await get("/"), await get("/")]
    expect([first.text, second.text, runs()]).toEqual([text, text, 1])
    expect(second.headers["content-type"]).toBe(first.headers["content-type"])
    expect(second.headers["x-a"]).toBe(first.headers["x-a"])
    expect(second.headers["content-length"]).toBe(String(text.length))
  })

  it("does not store responses that are not pages: 204, 404, 500, and errors", async () => {
    const { get, runs } = await counted((context) => {
      const status = Number(context.path.slice(1))
      if (status === 418) context.throw(418)
      if (status === 500) throw new Error("broken")
      context.status = status
    })
    for (const status of [204, 404, 418, 500]) {
      for (let round = 0; round < 2; round++) expect((await get(`/${status}`)).status).toBe(status)
    }
    expect(runs()).toBe(8)
  })

  it("does not take a refusal for a failure, for which it would serve the last good page", async () => {
    let now = Date.now()
    const { get } = await counted(
      (context, run) => {
        if (run > 1) context.throw(Number(context.get("X-Status")))
        context.body = "good"
      },
      { defaultTimeout: 10, staleIfError: 60, now: () => now },
    )
    await get("/")
    now += 20_000
    for (const status of [401, 404, 410]) expect((await get("/", { "X-Status": String(status) })).status).toBe(status)
    for (const status of [500, 503]) expect((await get("/", { "X-Status": String(status) })).text).toBe("good")
  })

  it("stores a page without a type, and serves it without", async () => {
    const { get, runs } = await counted((context) => {
      context.body = "page"
      context.remove("Content-Type")
    })
    for (const _ of [1, 2]) {
      const { text, headers } = await get("/")
      expect([text, headers["content-type"]]).toEqual(["page", undefined])
    }
    expect(runs()).toBe(1)
  })

  it("does not store responses that bypass Koa", async () => {
    const { get, runs } = await counted((context) => {
      context.respond = false
      context.res.writeHead(200, { "Cache-Control": "max-age=60" })
      context.res.end("raw")
    })
    for (let round = 0; round < 2; round++) expect((await get("/")).text).toBe("raw")
    expect(runs()).toBe(2)
  })

  it("lets outer middleware compress, and add headers to each response", async () => {
    const page = "page ".repeat(1_000)
    let requests = 0
    const outside: Middleware = async (context, next) => {
      requests += 1
      context.set("X-Request-Id", String(requests))
      await next()
      context.set("X-Time", String(requests))
      context.vary("Accept-Encoding")
      if (context.acceptsEncodings("gzip") === false || context.res.hasHeader("Content-Encoding")) return
      context.set("Content-Encoding", "gzip")
      context.body = gzipSync(String(context.body))
    }
    const { get, runs } = await counted(
      setBody(() => page),
      { before: [outside] },
    )
    for (const id of ["1", "2", "3"]) {
      const answer = await get("/", { "Accept-Encoding": "gzip" })
      expect(gunzipSync(answer.body).toString() === page).toBe(true)
      expect(answer.headers).toMatchObject({ "x-request-id": id, "x-time": id, "content-encoding": "gzip" })
    }
    expect(runs()).toBe(1)
  })

  it("does not store a response to which outer middleware adds a cookie", async () => {
    const session: Middleware = async (context, next) => {
      await next()
      context.cookies.set("session", "secret")
    }
    const { get, runs } = await counted(
      setBody(() => "mine"),
      { before: [session] },
    )
    for (let round = 0; round < 2; round++) expect((await get("/")).headers["set-cookie"]).toHaveLength(1)
    expect(runs()).toBe(2)
  })

  it("separates applications mounted at different paths, and refreshes each at its own path", async () => {
    let now = Date.UTC(2026, 10, 25)
    const pages = newPageCache({ now: () => now, timeout: 10, staleFor: 60 })
    const cached = cachedBy(pages)
    let runs = 0
    const app = new Koa()
    // As koa-mount does.
    app.use(async (context) => {
      const { path } = context
      context.path = path.replace(/^\/[ab]/, "")
      await cached(context, async () => {
        runs += 1
        context.body = `${context.originalUrl} ${context.path} ${runs}`
      })
      context.path = path
    })
    const { get } = await start(app)
    expect((await get("/a/page?x=1")).text).toBe("/a/page?x=1 /page 1")
    expect((await get("/b/page?x=1")).text).toBe("/b/page?x=1 /page 2")
    now += 20_000
    expect((await get("/a/page?x=1")).text).toBe("/a/page?x=1 /page 1")
    await pages.settled()
    expect((await get("/a/page?x=1")).text).toBe("/a/page?x=1 /page 3")
  })

  it("hides an ignored parameter everywhere from the handler", async () => {
    const early: Middleware = (context, next) => {
      expect(context.URL.search).toBe("?utm=1&a=2")
      return next()
    }
    const show: Handler = (context) => {
      const { originalUrl, url, href, search, query } = context
      context.body = { originalUrl, url, path: new URL(href).search, search, query, URL: context.URL.search }
    }
    const { get } = await counted(show, { before: [early], query: { ignore: ["utm"] } })
    expect(JSON.parse((await get("/page?utm=1&a=2")).text)).toEqual({
      originalUrl: "/page?a=2",
      url: "/page?a=2",
      path: "?a=2",
      search: "?a=2",
      query: { a: "2" },
      URL: "?a=2",
    })
  })

  it("trusts a proxy only if Koa does", async () => {
    for (const proxy of [false, true]) {
      const app = new Koa({ proxy })
      let runs = 0
      app.use(cachePage("1m", { cache: newStore() }))
      app.use((context) => {
        runs += 1
        context.body = `${context.protocol}://${context.host}`
      })
      const { get } = await start(app)
      const forwarded = { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.com" }
      expect((await get("/", forwarded)).text === "https://example.com").toBe(proxy)
      expect((await get("/")).text).toMatch(/^http:\/\/127/)
      await get("/", forwarded)
      expect(runs).toBe(2)
    }
  })

  it("can decorate a method of a controller", async () => {
    let runs = 0
    class News {
      readonly title = "news"
      async list(context: Context): Promise<void> {
        runs += 1
        cacheOf(context).tags("news")
        context.body = this.title
      }
    }
    const news = new News()
    const list = use(cachePage("1m", { cache: newStore() }))(news.list)
    const app = new Koa()
    app.use((context) => list.call(news, context))
    const { get } = await start(app)
    expect([(await get("/")).text, (await get("/")).text, runs]).toEqual(["news", "news", 1])
  })
})
