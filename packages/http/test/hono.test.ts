import { createServer } from "node:http"
import { gunzipSync } from "node:zlib"
import { getRequestListener, type HttpBindings } from "@hono/node-server"
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response"
import { Hono } from "hono"
import { compress } from "hono/compress"
import { HTTPException } from "hono/http-exception"
import { secureHeaders } from "hono/secure-headers"
import { beforeEach, describe, expect, it } from "vitest"
import { type CacheVariables, cachedBy } from "../src/hono.js"
import { fetchServer } from "./servers/fetch-server.js"
import { listen, testServers } from "./servers/listening.js"
import { newPageCache } from "./servers/page-cache.js"

describe("Hono behind a page cache", () => {
  const open = testServers()
  let now = 0
  beforeEach(() => {
    now = Date.UTC(2026, 10, 25)
  })

  it("refreshes a stale page before serving it if the application cannot run again", async () => {
    const app = new Hono()
    let runs = 0
    app.get("/", cachedBy(newPageCache({ now: () => now, timeout: 10, staleFor: 60 })), (context) => {
      runs += 1
      return context.text(`run ${runs}`)
    })
    const { get } = open(await listen(fetchServer((request) => app.fetch(request))))
    expect((await get("/")).text).toBe("run 1")
    now += 20_000
    const renewed = await get("/")
    expect([renewed.text, renewed.headers["cache-status"]]).toEqual(["run 2", expect.stringContaining("fwd=stale")])
  })

  it("does not take a refusal for a failure, for which it would serve the last good page", async () => {
    const app = new Hono()
    let runs = 0
    app.use(cachedBy(newPageCache({ now: () => now, timeout: 10, staleIfError: 60 })))
    app.get("/:status", (context) => {
      runs += 1
      const status = Number(context.req.param("status"))
      if (runs % 2 === 0) throw status === 500 ? new Error("broken") : new HTTPException(status === 404 ? 404 : 503)
      return context.text("good")
    })
    app.onError((error, context) => ("getResponse" in error ? error.getResponse() : context.text("broken", 500)))
    const { get } = open(await listen(fetchServer((request) => app.fetch(request))))
    for (const [path, status] of [
      ["/404", 404],
      ["/500", 200],
      ["/503", 200],
    ] as const) {
      await get(path)
      now += 20_000
      expect((await get(path)).status).toBe(status)
    }
  })

  it("neither stores nor changes responses that bypass Hono", async () => {
    const app = new Hono<{ Bindings: HttpBindings }>()
    let runs = 0
    app.get("/", cachedBy(newPageCache({ timeout: 60 })), ({ env }) => {
      runs += 1
      env.outgoing.writeHead(200, { "Content-Type": "text/plain" }).end("raw")
      return RESPONSE_ALREADY_SENT
    })
    const { get } = open(await listen(createServer(getRequestListener(app.fetch))))
    for (const run of [1, 2]) {
      const { text, headers } = await get("/")
      expect([text, headers["cache-status"], runs]).toEqual(["raw", undefined, run])
    }
  })

  it("leaves the body of a response that it does not record as it is, also if the handler returns it to several requests", async () => {
    const app = new Hono()
    const pages = newPageCache({ timeout: 60, vary: ["x-flavour"] })
    const shared = new Response("shared", { headers: { Vary: "Accept", "Larder-Cache-Control": "no-store" } })
    const target = open(await listen(createServer((_request, response) => response.end("fetched"))))
    app.use(cachedBy(pages))
    app.get("/own", (context) => context.text("own", 200, { "Cache-Control": "private", "Set-Cookie": "a=1" }))
    app.get("/shared", () => shared)
    app.get("/fetched", () => fetch(`http://127.0.0.1:${target.port}/`))
    const { get } = open(await listen(createServer(getRequestListener(app.fetch))))
    for (let round = 0; round < 3; round++) {
      const own = await get("/own", { Cookie: "session=1" })
      expect(own.headers).toMatchObject({ "content-length": "3", "set-cookie": ["a=1"] })
      expect(own.headers["cache-status"]).toBe("Larder; fwd=bypass; fwd-status=200")
      const { text, headers } = await get("/shared")
      expect([text, headers.vary, headers["content-length"]]).toEqual(["shared", "Accept, x-flavour", "6"])
      expect(headers).not.toHaveProperty("larder-cache-control")
      expect(headers["cache-status"]).toBe("Larder; fwd=uri-miss; fwd-status=200")
      const fetched = await get("/fetched", { Cookie: "session=1" })
      expect([fetched.text, fetched.headers["cache-status"]]).toEqual(["fetched", "Larder; fwd=bypass; fwd-status=200"])
    }
  })

  it("serves redirects without a body, for which adapters would make up a Content-Type", async () => {
    const app = new Hono()
    app.use(secureHeaders(), compress(), cachedBy(newPageCache({ timeout: 60 })))
    app.get("/", (context) => context.redirect("/news", 301))
    const { get } = open(await listen(createServer(getRequestListener(app.fetch))))
    for (const found of ["fwd=uri-miss", "hit"]) {
      const { status, headers } = await get("/")
      expect([status, headers.location, headers["content-type"]]).toEqual([301, "/news", undefined])
      expect(headers["cache-status"]).toContain(found)
    }
  })

  it.each(["outside", "inside"])("serves readable pages with compression %s of it", async (where) => {
    const page = "page ".repeat(1_000)
    let runs = 0
    const app = new Hono()
    const cached = cachedBy(newPageCache({ timeout: 60 }))
    app.use(...(where === "outside" ? [compress(), cached] : [cached, compress()]))
    app.get("/", (context) => {
      runs += 1
      return context.text(page)
    })
    const { get } = open(await listen(createServer(getRequestListener(app.fetch))))
    for (let round = 0; round < 2; round++) {
      const zipped = await get("/", { "Accept-Encoding": "gzip" })
      expect([zipped.headers["content-encoding"], gunzipSync(zipped.body).toString() === page]).toEqual(["gzip", true])
      const plain = await get("/", { "Accept-Encoding": "identity" })
      expect([plain.headers["content-encoding"], plain.text]).toEqual([undefined, page])
      const part = await get("/", { "Accept-Encoding": "gzip", Range: "bytes=0-9" })
      expect([part.status, part.body.byteLength]).toEqual([206, 10])
      expect(part.headers["content-encoding"]).toBe(where === "inside" ? "gzip" : undefined)
    }
    expect(runs).toBe(where === "inside" ? 2 : 1)
  })

  it("is run again through its server, bypassing outer page caches", async () => {
    const outer = newPageCache({ now: () => now, name: "Edge", defaultTimeout: 1 })
    const inner = newPageCache({ now: () => now, timeout: 10, staleFor: 60 })
    const app = new Hono<{ Variables: CacheVariables }>()
    const runs: boolean[] = []
    app.use(cachedBy(outer))
    app.get("/page", cachedBy(inner), (context) => {
      runs.push(context.get("cache").revalidation)
      return context.text(`${context.req.url.split("/").at(-1)} ${runs.length}`)
    })
    const { get } = open(await listen(createServer(getRequestListener(app.fetch))))
    expect((await get("/page?a=1")).text).toBe("page?a=1 1")
    now += 20_000
    expect((await get("/page?a=1")).text).toBe("page?a=1 1")
    await Promise.all([inner.settled(), outer.settled()])
    now += 2_000
    expect((await get("/page?a=1")).text).toBe("page?a=1 2")
    expect(runs).toEqual([false, true])
  })
})
