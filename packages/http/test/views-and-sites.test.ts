import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { getRequestListener } from "@hono/node-server"
import type { Timeout } from "@larder/core"
import express from "express"
import fastify from "fastify"
import { Hono } from "hono"
import Koa from "koa"
import { describe, expect, it } from "vitest"
import * as forExpress from "../src/express.js"
import * as forFastify from "../src/fastify.js"
import * as forFetch from "../src/fetch.js"
import * as forHono from "../src/hono.js"
import * as forKoa from "../src/koa.js"
import * as forNode from "../src/node.js"
import type { PageCacheOptions, PageLimits } from "../src/page-options.js"
import { type Listening, listen, listenFastify, send, testServers } from "./servers/listening.js"
import { newStore } from "./servers/page-cache.js"

/** Creates page caches for one framework. */
interface Shapes<Shape> {
  cachePage(timeout: Timeout, options: Omit<PageCacheOptions, "timeout">): Shape
  cacheSite(options: PageCacheOptions): Shape
}

/** Page caches of any framework, the outermost first. */
type Choose = <Shape>(shapes: Shapes<Shape>) => readonly Shape[]

type NodeListener = (request: IncomingMessage, response: ServerResponse) => unknown

/** The Cache-Control of the view of a test, and its text. */
interface Given {
  readonly cacheControl?: string
  readonly text: string
}

const frameworks: Record<string, (choose: Choose, view: () => Given) => Promise<Listening>> = {
  "node:http"(choose, view) {
    const handler: NodeListener = (_request, response) => {
      const { text, cacheControl } = view()
      if (cacheControl !== undefined) response.setHeader("Cache-Control", cacheControl)
      response.end(text)
    }
    return listen(createServer(choose(forNode).reduceRight<NodeListener>((inner, wrap) => wrap(inner), handler)))
  },
  Express(choose, view) {
    const app = express().use(...choose(forExpress), (_request, response) => {
      const { text, cacheControl } = view()
      if (cacheControl !== undefined) response.set("Cache-Control", cacheControl)
      response.send(text)
    })
    return listen(createServer(app))
  },
  Fastify(choose, view) {
    const app = fastify()
    const hooks = choose<forFastify.RequestHook>({
      cachePage: forFastify.cachePage,
      cacheSite(options) {
        app.register(forFastify.cacheSite(options))
        return async () => {}
      },
    })
    app.all("/*", { onRequest: [...hooks] }, async (_request, reply) => {
      const { text, cacheControl } = view()
      if (cacheControl !== undefined) reply.header("Cache-Control", cacheControl)
      return text
    })
    return listenFastify(app)
  },
  Koa(choose, view) {
    const app = new Koa()
    for (const middleware of choose(forKoa)) app.use(middleware)
    app.use((context) => {
      const { text, cacheControl } = view()
      if (cacheControl !== undefined) context.set("Cache-Control", cacheControl)
      context.body = text
    })
    return listen(createServer(app.callback()))
  },
  Fetch(choose, view) {
    const handler = choose(forFetch).reduceRight<(request: Request) => Promise<Response>>(
      (inner, wrap) => wrap(inner),
      async () => responseOf(view()),
    )
    return listen(createServer(getRequestListener(handler)))
  },
  Hono(choose, view) {
    const app = new Hono()
    for (const middleware of choose(forHono)) app.use(middleware)
    app.all("*", () => responseOf(view()))
    return listen(createServer(getRequestListener(app.fetch)))
  },
}

function responseOf({ text, cacheControl }: Given): Response {
  return new Response(text, cacheControl === undefined ? {} : { headers: { "Cache-Control": cacheControl } })
}

describe.each(Object.entries(frameworks))("the page caches of %s", (_, framework) => {
  const open = testServers()

  async function start(choose: Choose, cacheControl?: string) {
    let runs = 0
    const server = open(
      await framework(choose, () => {
        runs += 1
        return { text: `run ${runs}`, ...(cacheControl === undefined ? {} : { cacheControl }) }
      }),
    )
    const get = async (path = "/") => {
      const { text, headers } = await server.get(path)
      return [text, headers["cache-status"]]
    }
    return { ...server, get, runs: () => runs }
  }

  it("store a view for its timeout, whatever its own headers, and send it if the view sets none, as Django does", async () => {
    let now = Date.UTC(2026, 10, 25)
    for (const [cacheControl, told] of [
      ["max-age=1", "max-age=1"],
      [undefined, "max-age=300"],
    ] as const) {
      const { port, ask } = await start(
        ({ cachePage }) => [cachePage("5m", { cache: newStore(), now: () => now })],
        cacheControl,
      )
      const first = await ask("GET", "/")
      expect([first.headers["cache-control"], first.headers.expires !== undefined]).toEqual([
        told,
        told === "max-age=300",
      ])
      now += 299_000
      const stored = await send(port, "/")
      expect([stored.text, stored.headers.age]).toEqual(["run 1", "299"])
      // A view ignores unsafe requests.
      await ask("POST", "/")
      expect((await ask("GET", "/")).text).toBe("run 1")
      now += 1_000
      expect((await ask("GET", "/")).text).toBe("run 3")
    }
  })

  it("store pages of a site that state a lifetime, until an unsafe request", async () => {
    const silent = await start(({ cacheSite }) => [cacheSite({ cache: newStore() })])
    expect([(await silent.get())[0], (await silent.get())[0]]).toEqual(["run 1", "run 2"])
    const { ask } = await start(({ cacheSite }) => [cacheSite({ cache: newStore() })], "max-age=60")
    for (const text of ["run 1", "run 1"]) expect((await ask("GET", "/")).text).toBe(text)
    await ask("POST", "/")
    expect((await ask("GET", "/")).text).toBe("run 3")
  })

  // Longer than the timeout of the test.
  const limits: PageLimits = { wait: "1h" }

  it("do not wait for each other, for a view inside a site on one store", async () => {
    const cache = newStore()
    const { get } = await start(({ cachePage, cacheSite }) => [
      cacheSite({ cache, limits, name: "Site" }),
      cachePage("5m", { cache, limits, name: "View" }),
    ])
    expect(await get()).toEqual(["run 1", expect.stringMatching(/^View; fwd=uri-miss; .*Site; fwd=uri-miss; /)])
    expect(await get()).toEqual(["run 1", expect.stringMatching(/^Site; hit; /)])
  })

  it("do not wait for each other if they are of one kind, and a crowd has one run", async () => {
    const cache = newStore()
    const { get, runs } = await start(({ cachePage }) => [
      cachePage("5m", { cache, limits, name: "Outer" }),
      cachePage("5m", { cache, limits, name: "Inner" }),
    ])
    const texts = await Promise.all(Array.from({ length: 5 }, async () => (await get())[0]))
    expect([new Set(texts), runs()]).toEqual([new Set(["run 1"]), 1])
    expect(await get()).toEqual(["run 1", expect.stringMatching(/^Outer; hit; /)])
  })
})
