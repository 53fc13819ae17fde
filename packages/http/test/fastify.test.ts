import { Readable } from "node:stream"
import { gunzipSync, gzipSync } from "node:zlib"
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify"
import { describe, expect, it } from "vitest"
import { cachedBy, cachePage, cacheSite, isRevalidation } from "../src/fastify.js"
import { cacheOf } from "../src/page-control.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { type Client, listenFastify, testServers } from "./servers/listening.js"
import { newPageCache, newStore } from "./servers/page-cache.js"

const open = testServers()

async function start(app: FastifyInstance): Promise<Client> {
  return open(await listenFastify(app))
}

type Handler = (request: FastifyRequest, reply: FastifyReply, run: number) => unknown

/** An application with a page cache and one handler that counts its runs. */
async function counted(handler: Handler, options: Partial<PageCacheOptions> = {}) {
  const app = fastify({ forceCloseConnections: true })
  const pages = newPageCache({ defaultTimeout: 60, ...options })
  let runs = 0
  app.addHook("onRequest", cachedBy(pages))
  app.get("/*", (request, reply) => {
    runs += 1
    return handler(request, reply, runs)
  })
  return { ...(await start(app)), app, pages, runs: () => runs }
}

describe("Fastify behind a page cache", () => {
  it.each<[string, Handler, string]>([
    ["text", async (_request, _reply, run) => `run ${run}`, "run 1"],
    ["an object", async (_request, _reply, run) => ({ run }), '{"run":1}'],
    ["a Buffer", async (_request, _reply, run) => Buffer.from(`run ${run}`), "run 1"],
    ["a stream", (_request, reply, run) => reply.send(Readable.from(["run ", String(run)])), "run 1"],
    ["a web stream", (_request, reply, run) => reply.send(new Blob([`run ${run}`]).stream()), "run 1"],
    [
      "a Response",
      (_request, reply, run) => reply.send(new Response(`run ${run}`, { headers: { "X-A": "1" } })),
      "run 1",
    ],
    ["an empty page", (_request, reply) => reply.send(""), ""],
  ])("stores %s", async (_, handler, text) => {
    const { get, runs } = await counted(handler)
    const [first, second] = [await get("/"), await get("/")]
    expect([first.text, second.text, runs()]).toEqual([text, text, 1])
    expect(second.headers["content-type"]).toBe(first.headers["content-type"])
    expect(second.headers["x-a"]).toBe(first.headers["x-a"])
    expect(second.headers["content-length"]).toBe(String(text.length))
  })

  it("does not store replies that are not pages: 204, 404, 500", async () => {
    const { get, runs } = await counted(async (request, reply) => {
      if (request.url === "/204") return reply.code(204).send()
      if (request.url === "/404") return reply.callNotFound()
      throw new Error("broken")
    })
    for (const path of ["/204", "/404", "/500"]) {
      for (let round = 0; round < 2; round++) expect((await get(path)).status).toBe(Number(path.slice(1)))
    }
    expect(runs()).toBe(6)
  })

  it("does not store a hijacked reply or change its head", async () => {
    const { get, runs } = await counted((_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { "Cache-Control": "max-age=60" }).end("raw")
    })
    for (let round = 0; round < 2; round++) expect((await get("/")).text).toBe("raw")
    expect(runs()).toBe(2)
  })

  it("does not store a reply with trailers", async () => {
    const { get, runs } = await counted((_request, reply) => {
      reply.trailer("x-sum", async () => "4")
      return reply.send("page")
    })
    for (let round = 0; round < 2; round++) expect((await get("/")).trailers).toEqual({ "x-sum": "4" })
    expect(runs()).toBe(2)
  })

  it("passes hits to outer compression hooks, and stores the output of inner ones", async () => {
    const page = "page ".repeat(1_000)
    const compress = async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
      reply.header("vary", "Accept-Encoding")
      if (request.headers["accept-encoding"] !== "gzip" || reply.hasHeader("content-encoding")) return payload
      if (typeof payload !== "string" && !Buffer.isBuffer(payload)) return payload
      reply.header("content-encoding", "gzip").removeHeader("content-length")
      return gzipSync(payload)
    }
    const app = fastify({ forceCloseConnections: true })
    let runs = 0
    app.addHook("onSend", compress)
    app.register(cacheSite({ cache: newStore(), defaultTimeout: 60 }))
    app.get("/", async (_request, reply) => {
      runs += 1
      return reply.type("text/html").send(page)
    })
    const { get } = await start(app)
    for (let round = 0; round < 2; round++) {
      const zipped = await get("/", { "Accept-Encoding": "gzip" })
      expect([zipped.headers["content-encoding"], gunzipSync(zipped.body).toString() === page]).toEqual(["gzip", true])
      const plain = await get("/", { "Accept-Encoding": "identity" })
      expect([plain.headers["content-encoding"], plain.text]).toEqual([undefined, page])
    }
    expect(runs).toBe(2)
  })

  it("leaves to outer hooks the headers that they set for each request", async () => {
    const app = fastify({ forceCloseConnections: true })
    let requests = 0
    app.addHook("onRequest", async (_request, reply) => {
      requests += 1
      reply.headers({ "x-request-id": String(requests), "x-default": "outside" })
    })
    app.addHook("onRequest", cachedBy(newPageCache({ defaultTimeout: 60 })))
    app.get("/", async (_request, reply) => reply.header("x-default", "inside").send("page"))
    const { get } = await start(app)
    for (const id of ["1", "2"]) {
      expect((await get("/")).headers).toMatchObject({ "x-request-id": id, "x-default": "inside" })
    }
  })

  it("does not store a reply to which a plugin adds a cookie late", async () => {
    const app = fastify({ forceCloseConnections: true })
    let runs = 0
    app.addHook("onRequest", cachedBy(newPageCache({ defaultTimeout: 60 })))
    app.addHook("onSend", async (_request, reply) => {
      reply.header("set-cookie", "session=secret")
    })
    app.get("/", async () => {
      runs += 1
      return "mine"
    })
    const { get } = await start(app)
    for (let round = 0; round < 2; round++) expect((await get("/")).headers["set-cookie"]).toEqual(["session=secret"])
    expect(runs).toBe(2)
  })

  it("covers the instance that registers it, and its children", async () => {
    const app = fastify({ forceCloseConnections: true })
    const runs: Record<string, number> = {}
    const answer = async (request: FastifyRequest) => {
      runs[request.url] = (runs[request.url] ?? 0) + 1
      return `${request.url} ${runs[request.url]}`
    }
    app.get("/outside", answer)
    app.register(async (child) => {
      await child.register(cacheSite({ cache: newStore(), defaultTimeout: 60 }))
      child.get("/child", answer)
      child.register(async (grandchild) => {
        grandchild.get("/grandchild", answer)
      })
    })
    const { get } = await start(app)
    for (const path of ["/outside", "/child", "/grandchild"]) {
      await get(path)
      expect((await get(path)).text).toBe(`${path} ${path === "/outside" ? 2 : 1}`)
    }
  })

  it("caches a single route with onRequest, after the hooks of the instance", async () => {
    const app = fastify({ forceCloseConnections: true })
    let runs = 0
    app.addHook("onRequest", async (request, reply) => {
      if (request.headers.authorization === undefined) await reply.code(401).send("who?")
    })
    app.get("/", { onRequest: cachePage("1m", { cache: newStore() }) }, async (request) => {
      runs += 1
      cacheOf(request).tags("news")
      return `run ${runs} ${isRevalidation(request)}`
    })
    const { get } = await start(app)
    expect((await get("/")).status).toBe(401)
    expect(runs).toBe(0)
  })

  it("does not store a page if it cannot hide an ignored parameter from the handler", async () => {
    const app = fastify({ routerOptions: { querystringParser: () => ({ nested: { utm: "evil" } }) } })
    app.addHook("onRequest", cachedBy(newPageCache({ defaultTimeout: 60, query: { ignore: ["utm"] } })))
    let runs = 0
    app.get("/", async () => {
      runs += 1
      return `run ${runs}`
    })
    const { get } = await start(app)
    expect((await get("/?utm=evil")).text).toBe("run 1")
    expect((await get("/")).text).toBe("run 2")
    expect((await get("/")).text).toBe("run 2")
  })

  it("hides from the handler the cookies that an outer hook has parsed", async () => {
    const app = fastify()
    app.decorateRequest("cookies", null)
    app.addHook("onRequest", async (request) => {
      const pairs = (request.headers.cookie ?? "").split("; ").map((pair) => pair.split("="))
      Reflect.set(request, "cookies", Object.fromEntries(pairs))
    })
    app.addHook("onRequest", cachedBy(newPageCache({ defaultTimeout: 60, cookies: ["theme"] })))
    app.get("/", async (request) => Reflect.get(request, "cookies"))
    const { get } = await start(app)
    expect((await get("/", { Cookie: "session=secret; theme=dark" })).text).toBe('{"theme":"dark"}')
  })

  it("refreshes pages of injected requests, which have no server, before it responds", async () => {
    let now = Date.UTC(2026, 10, 25)
    const headers = { "Cache-Control": "max-age=10, stale-while-revalidate=60" }
    const { app } = await counted((_request, reply, run) => reply.headers(headers).send(`run ${run}`), {
      now: () => now,
    })
    const inject = async () => (await app.inject("/")).body
    expect([await inject(), await inject()]).toEqual(["run 1", "run 1"])
    now += 20_000
    expect(await inject()).toBe("run 2")
  })
})
