import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import compression from "compression"
import express, { type Express, type NextFunction, type Request, type Response } from "express"
import { describe, expect, it } from "vitest"
import { cachedBy, cachePage, use } from "../src/express.js"
import { cacheOf } from "../src/page-control.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { lateSession } from "./servers/late-session.js"
import { type Client, listen, testServers } from "./servers/listening.js"
import { newPageCache, newStore } from "./servers/page-cache.js"

const open = testServers()

async function start(app: Express): Promise<Client["get"]> {
  return open(await listen(createServer(app))).get
}

/** An application with a page cache and a handler at every path that counts its runs. */
async function counted(
  handler: (request: Request, response: Response, run: number) => unknown,
  { before = [], ...options }: Partial<PageCacheOptions> & { before?: express.RequestHandler[] } = {},
) {
  const app = express()
  const pages = newPageCache({ defaultTimeout: 60, ...options })
  let runs = 0
  if (before.length > 0) app.use(...before)
  app.use(cachedBy(pages))
  app.use((request, response) => {
    runs += 1
    return handler(request, response, runs)
  })
  return { pages, get: await start(app), runs: () => runs }
}

describe("Express behind a page cache", () => {
  it("stores a page of which the first client already has the ETag", async () => {
    const { get } = await counted((_, response) => response.send("hello"))
    const { headers } = await get("/a")
    const cold = await get("/b", { "If-None-Match": String(headers.etag) })
    expect([cold.status, cold.text]).toEqual([304, ""])
    const warm = await get("/b")
    expect([warm.status, warm.text, warm.headers.etag]).toEqual([200, "hello", headers.etag])
  })

  it.each<[string, (response: Response, run: number) => unknown, string]>([
    ["json", (response, run) => response.json({ run }), '{"run":1}'],
    ["a Buffer", (response, run) => response.send(Buffer.from(`run ${run}`)), "run 1"],
    ["raw writes", (response, run) => response.writeHead(200, { "X-A": "1" }).end(`run ${run}`), "run 1"],
    ["a stream", (response, run) => pipeline(Readable.from(["run ", String(run)]), response), "run 1"],
  ])("stores %s", async (_, answer, text) => {
    const { get } = await counted((_request, response, run) => answer(response, run))
    const [first, second] = [await get("/"), await get("/")]
    expect([first.text, second.text]).toEqual([text, text])
    expect(second.headers["content-type"]).toBe(first.headers["content-type"])
    expect(second.headers["cache-status"]).toContain("hit")
  })

  it("passes a range of a file on for a miss, and does not store it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "larder-http-"))
    try {
      await writeFile(join(folder, "a.txt"), "0123456789")
      const { get, runs } = await counted((_, response) => response.sendFile(join(folder, "a.txt"), { maxAge: 60_000 }))
      const part = await get("/", { Range: "bytes=2-4" })
      expect([part.status, part.text]).toEqual([206, "234"])
      const whole = await get("/")
      expect([whole.status, whole.text]).toEqual([200, "0123456789"])
      const again = await get("/", { Range: "bytes=5-" })
      expect([again.status, again.text, runs()]).toEqual([206, "56789", 2])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it("stores one page for outer compression, and each encoding for inner compression", async () => {
    const page = "page ".repeat(1_000)
    const compress = compression({ threshold: 0 })
    const outside = await counted((_, response) => response.type("html").send(page), { before: [compress] })
    const inside = await counted((request, response) =>
      compress(request, response, () => response.type("html").send(page)),
    )
    for (const { get } of [outside, inside]) {
      for (let round = 0; round < 2; round++) {
        const zipped = await get("/", { "Accept-Encoding": "gzip" })
        expect(zipped.headers["content-encoding"]).toBe("gzip")
        expect(zipped.body.byteLength).toBeLessThan(1_000)
        const plain = await get("/", { "Accept-Encoding": "identity" })
        expect([plain.headers["content-encoding"], plain.text]).toEqual([undefined, page])
      }
    }
    expect([outside.runs(), inside.runs()]).toEqual([1, 2])
  })

  it.each<[string, (response: Response, run: number) => unknown]>([
    ["sent at once", (response, run) => response.send(`run ${run}`)],
    ["written raw", (response, run) => response.writeHead(200).end(`run ${run}`)],
    ["streamed", (response, run) => pipeline(Readable.from(["run ", String(run)]), response)],
    ["without content", (response) => response.end()],
  ])("does not store a page, %s, to which a session outside adds a cookie with its head", async (_, answer) => {
    const { get, runs } = await counted((_request, response, run) => answer(response, run), { before: [lateSession] })
    for (const run of [1, 2]) {
      expect((await get("/")).headers["set-cookie"]).toEqual(["session=1"])
      expect(runs()).toBe(run)
    }
  })

  it("stores it if cookies are stripped, as the session sets one for each request", async () => {
    const { get, runs } = await counted((_request, response, run) => response.send(`run ${run}`), {
      before: [lateSession],
      setCookie: "strip",
    })
    for (let round = 0; round < 2; round++) expect((await get("/")).headers["set-cookie"]).toEqual(["session=1"])
    expect(runs()).toBe(1)
  })

  it("leaves to outer middleware the headers that it sets for each request", async () => {
    let requests = 0
    const number: express.RequestHandler = (_request, response, next) => {
      requests += 1
      response.set({ "X-Request-Id": String(requests), "Content-Language": "en", "X-Default": "outside" })
      next()
    }
    const { get } = await counted((_, response) => response.set({ "X-Default": "inside", "X-Own": "1" }).send("page"), {
      before: [number],
    })
    for (const id of ["1", "2"]) {
      const { headers } = await get("/")
      expect(headers).toMatchObject({
        "x-request-id": id,
        "content-language": "en",
        "x-default": "inside",
        "x-own": "1",
        "x-powered-by": "Express",
      })
    }
  })

  it("stores all lines of a field to which outer middleware and the handler have each added one", async () => {
    const preload: express.RequestHandler = (_request, response, next) => {
      response.append("Link", "</a.css>; rel=preload")
      next()
    }
    const { get, runs } = await counted(
      (_, response) => response.append("Link", "</b.css>; rel=preload").send("page"),
      { before: [preload] },
    )
    for (const _ of [1, 2]) {
      expect((await get("/")).headers.link).toBe("</a.css>; rel=preload, </b.css>; rel=preload")
    }
    expect(runs()).toBe(1)
  })

  it("does not store responses that set a cookie, also if outer middleware sets it", async () => {
    const login: express.RequestHandler = (_request, response, next) => {
      response.cookie("session", "secret")
      next()
    }
    const { get, runs } = await counted((_, response) => response.send("mine"), { before: [login] })
    await get("/")
    expect((await get("/")).headers["set-cookie"]).toEqual(["session=secret; Path=/"])
    expect(runs()).toBe(2)
  })

  it("caches a route of a mounted router by its full URL", async () => {
    const app = express()
    const pages = newPageCache()
    for (const name of ["a", "b"]) {
      const router = express.Router()
      router.get("/page", cachedBy(pages), (request, response) => {
        response.set("Cache-Control", "max-age=60").send(`${name} ${request.url} ${request.originalUrl}`)
      })
      app.use(`/${name}`, router)
    }
    const get = await start(app)
    for (let round = 0; round < 2; round++) {
      expect((await get("/a/page")).text).toBe("a /page /a/page")
      expect((await get("/b/page?x=1")).text).toBe("b /page?x=1 /b/page?x=1")
    }
  })

  it("hides from the handler the cookies that outer middleware has parsed", async () => {
    const parse: express.RequestHandler = (request, _response, next) => {
      const pairs = (request.headers.cookie ?? "").split("; ").map((pair) => pair.split("="))
      Object.assign(request, { cookies: Object.fromEntries(pairs), signedCookies: Object.assign(Object.create(null)) })
      request.signedCookies.session = "secret"
      next()
    }
    const show = (request: Request, response: Response) =>
      response.json([request.headers.cookie ?? null, request.cookies, request.signedCookies])
    const cookie = { Cookie: "session=secret; theme=dark" }
    const listed = await counted(show, { before: [parse], cookies: ["theme"] })
    expect((await listed.get("/", cookie)).text).toBe('["theme=dark",{"theme":"dark"},{}]')
    const stripped = await counted(show, { before: [parse], cookies: "strip" })
    expect((await stripped.get("/", cookie)).text).toBe("[null,{},{}]")
  })

  it("trusts a proxy only if Express does", async () => {
    for (const trust of [false, true]) {
      const app = express().set("trust proxy", trust)
      let runs = 0
      app.use(cachePage("1m", { cache: newStore() }), (request, response) => {
        runs += 1
        response.send(`${request.protocol}://${request.host}`)
      })
      const get = await start(app)
      const seen = await get("/", { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.com" })
      const direct = await get("/")
      expect(seen.text === "https://example.com").toBe(trust)
      expect(direct.text).toMatch(/^http:\/\/127/)
      await get("/", { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.com" })
      expect(runs).toBe(2)
    }
  })

  it("lets the application handle errors of its handlers", async () => {
    const app = express()
    app.use(cachedBy(newPageCache()))
    app.get("/throw", () => {
      throw new Error("early")
    })
    app.get("/late", (_request, response) => {
      response.write("half")
      throw new Error("late")
    })
    app.use((error: Error, _request: Request, response: Response, _next: NextFunction) => {
      if (response.headersSent) response.destroy()
      else response.status(500).send(error.message)
    })
    const get = await start(app)
    const failed = await get("/throw")
    expect([failed.status, failed.text]).toEqual([500, "early"])
    await expect(get("/late")).rejects.toThrow()
    await expect(get("/late")).rejects.toThrow()
  })

  it("can decorate a method of a controller", async () => {
    let runs = 0
    class News {
      readonly title = "news"
      async list(request: Request, response: Response): Promise<void> {
        runs += 1
        cacheOf(request).tags("news")
        response.send(this.title)
      }
    }
    const news = new News()
    // The call that `@use(...)` compiles to: the test runner does not support the syntax.
    const list = use(cachePage("1m", { cache: newStore() }))(news.list)
    const get = await start(express().get("/", (request, response) => list.call(news, request, response)))
    expect([(await get("/")).text, (await get("/")).text, runs]).toEqual(["news", "news", 1])
  })
})
