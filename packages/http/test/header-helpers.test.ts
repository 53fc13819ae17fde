import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import express from "express"
import fastify from "fastify"
import { Hono } from "hono"
import Koa from "koa"
import { describe, expect, it } from "vitest"
import * as forExpress from "../src/express.js"
import * as forFastify from "../src/fastify.js"
import * as forFetch from "../src/fetch.js"
import type { HeaderHelpers } from "../src/headers/header-effect.js"
import * as forHono from "../src/hono.js"
import * as forKoa from "../src/koa.js"
import * as forNode from "../src/node.js"
import { type Listening, listen, listenFastify, send, testServers } from "./servers/listening.js"

/** The response of the handler of a test. */
interface Given {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Accepts helpers of any framework; the last one is the innermost. */
type Choose = <Request, Shape>(helpers: HeaderHelpers<Request, Shape>) => readonly Shape[]

const frameworks: Record<string, (choose: Choose, given: Given, ran: () => void) => Promise<Listening>> = {
  "node:http"(choose, { status = 200, headers = {} }, ran) {
    type Listener = (
      request: import("node:http").IncomingMessage,
      response: import("node:http").ServerResponse,
    ) => unknown
    const handler: Listener = (_, response) => {
      ran()
      response.writeHead(status, headers).end("page")
    }
    return listen(createServer(choose(forNode).reduceRight<Listener>((inner, wrap) => wrap(inner), handler)))
  },
  Express(choose, { status = 200, headers = {} }, ran) {
    const app = express()
    app.all("/", ...choose(forExpress), (_request, response) => {
      ran()
      response.status(status).set(headers).send("page")
    })
    return listen(createServer(app))
  },
  Fastify(choose, { status = 200, headers = {} }, ran) {
    const app = fastify()
    app.all("/", { onRequest: [...choose(forFastify)] }, async (_request, reply) => {
      ran()
      return reply.code(status).headers(headers).send("page")
    })
    return listenFastify(app)
  },
  Koa(choose, { status = 200, headers = {} }, ran) {
    const app = new Koa()
    for (const middleware of choose(forKoa)) app.use(middleware)
    app.use((context) => {
      ran()
      context.status = status
      context.set(headers)
      context.body = "page"
    })
    return listen(createServer(app.callback()))
  },
  "a Fetch handler"(choose, { status = 200, headers = {} }, ran) {
    const handler = choose(forFetch).reduceRight<(request: Request) => Promise<Response>>(
      (inner, wrap) => wrap(inner),
      async () => {
        ran()
        return new Response("page", { status, headers })
      },
    )
    return listen(createServer(getRequestListener(handler)))
  },
  Hono(choose, { status = 200, headers = {} }, ran) {
    const app = new Hono()
    for (const middleware of choose(forHono)) app.use(middleware)
    app.all("/", () => {
      ran()
      return new Response("page", { status, headers })
    })
    return listen(createServer(getRequestListener(app.fetch)))
  },
}

describe.each(Object.entries(frameworks))("the header helpers of %s", (_, framework) => {
  const open = testServers()

  async function start(choose: Choose, given: Given = {}) {
    let runs = 0
    const server = await framework(choose, given, () => {
      runs += 1
    })
    return { ...open(server), runs: () => runs }
  }

  it("merge Cache-Control with the handler's", async () => {
    const { port } = await start(({ cacheControl }) => [cacheControl({ maxAge: 60, public: true })], {
      headers: { "Cache-Control": "private, max-age=30" },
    })
    const { headers, text } = await send(port, "/")
    expect([headers["cache-control"], text]).toEqual(["max-age=30, public", "page"])
  })

  it("forbid caching, and keep an existing Expires", async () => {
    const expires = "Tue, 02 Jan 2007 00:00:00 GMT"
    const { port } = await start(({ neverCache }) => [neverCache()], { headers: { Expires: expires } })
    const { headers } = await send(port, "/")
    expect(headers["cache-control"]).toBe("max-age=0, no-cache, no-store, must-revalidate, private")
    expect(headers.expires).toBe(expires)
  })

  it("add to Vary, starting with the innermost", async () => {
    const { port } = await start(
      ({ varyOnHeaders, varyOnCookie }) => [varyOnCookie(), varyOnHeaders("Accept-Language", "user-agent")],
      { headers: { Vary: "User-Agent" } },
    )
    expect((await send(port, "/")).headers.vary).toBe("User-Agent, Accept-Language, Cookie")
  })

  it("answer conditional requests before the handler runs", async () => {
    const { port, runs } = await start(({ conditional }) => [
      conditional({ etag: async () => "v1", lastModified: () => Date.UTC(2015, 9, 21, 7, 28) + 999 }),
    ])
    const fresh = await send(port, "/")
    expect([fresh.status, fresh.text, fresh.headers.etag, fresh.headers["last-modified"], runs()]).toEqual([
      200,
      "page",
      '"v1"',
      "Wed, 21 Oct 2015 07:28:00 GMT",
      1,
    ])
    for (const headers of [{ "If-None-Match": 'W/"v1"' }, { "If-Modified-Since": "Wed, 21 Oct 2015 07:28:00 GMT" }]) {
      const known = await send(port, "/", { headers })
      expect([known.status, known.text, known.headers.etag]).toEqual([304, "", '"v1"'])
    }
    expect(runs()).toBe(1)
    const changed = await send(port, "/", { headers: { "If-None-Match": '"v0"' } })
    expect([changed.status, changed.text, runs()]).toEqual([200, "page", 2])
    const lost = await send(port, "/", { method: "PUT", headers: { "If-Match": '"v0"' } })
    expect([lost.status, lost.headers.etag, runs()]).toEqual([412, undefined, 2])
    const allowed = await send(port, "/", { method: "PUT", headers: { "If-Match": '"v1"' } })
    expect([allowed.status, runs()]).toEqual([200, 3])
  })

  it("keep the handler's own validators, and those of unsuccessful responses", async () => {
    const conditional: Choose = (helpers) => [helpers.conditional({ etag: () => "v1" })]
    const own = await start(conditional, { headers: { ETag: '"own"' } })
    expect((await send(own.port, "/")).headers.etag).toBe('"own"')
    const { port } = await start(conditional, { status: 404, headers: { "Content-Type": "text/plain" } })
    expect((await send(port, "/")).headers.etag).not.toBe('"v1"')
  })
})
