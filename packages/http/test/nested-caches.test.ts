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
import { PageCache } from "../src/page-cache.js"
import type { PageCacheOptions, PageLimits } from "../src/page-options.js"
import { type Listening, listen, listenFastify, testServers } from "./servers/listening.js"
import { newStore } from "./servers/page-cache.js"

/** What makes the shapes of one framework. */
interface Shapes<Shape> {
  cachePage(timeout: Timeout, options: Omit<PageCacheOptions, "timeout">): Shape
  cacheSite(options: PageCacheOptions): Shape
}

/** Page caches of any framework, the outermost first. */
type Choose = <Shape>(shapes: Shapes<Shape>) => readonly Shape[]

type NodeListener = (request: IncomingMessage, response: ServerResponse) => unknown

const frameworks: Record<string, (choose: Choose, view: () => string) => Promise<Listening>> = {
  "node:http"(choose, view) {
    const handler: NodeListener = (_request, response) => response.end(view())
    return listen(createServer(choose(forNode).reduceRight<NodeListener>((inner, wrap) => wrap(inner), handler)))
  },
  Express(choose, view) {
    return listen(
      createServer(express().use(...choose(forExpress), (_request, response) => void response.send(view()))),
    )
  },
  Fastify(choose, view) {
    const app = fastify()
    // Its cacheSite is a plugin, and what a plugin does is that hook.
    const hooks = choose({
      cachePage: forFastify.cachePage,
      cacheSite: ({ timeout: _, ...options }) => forFastify.cachedBy(new PageCache({ invalidate: true, ...options })),
    })
    app.get("/*", { onRequest: [...hooks] }, async () => view())
    return listenFastify(app)
  },
  Koa(choose, view) {
    const app = new Koa()
    for (const middleware of choose(forKoa)) app.use(middleware)
    app.use((context) => {
      context.body = view()
    })
    return listen(createServer(app.callback()))
  },
  Fetch(choose, view) {
    const handler = choose(forFetch).reduceRight<(request: Request) => Promise<Response>>(
      (inner, wrap) => wrap(inner),
      async () => new Response(view()),
    )
    return listen(createServer(getRequestListener(handler)))
  },
  Hono(choose, view) {
    const app = new Hono()
    for (const middleware of choose(forHono)) app.use(middleware)
    app.all("*", (context) => context.text(view()))
    return listen(createServer(getRequestListener(app.fetch)))
  },
}

describe.each(Object.entries(frameworks))("page caches of %s, one inside the other on one store,", (_, framework) => {
  const open = testServers()

  async function start(choose: Choose) {
    let runs = 0
    const server = open(
      await framework(choose, () => {
        runs += 1
        return `run ${runs}`
      }),
    )
    const get = async (path = "/") => {
      const { text, headers } = await server.get(path)
      return [text, headers["cache-status"]]
    }
    return { get, runs: () => runs }
  }

  // Whoever waited would do so for longer than the test may take.
  const limits: PageLimits = { wait: "1h" }

  it("a view's in a site's, do not wait for each other", async () => {
    const cache = newStore()
    const { get } = await start(({ cachePage, cacheSite }) => [
      cacheSite({ cache, limits, name: "Site" }),
      cachePage("5m", { cache, limits, name: "View" }),
    ])
    expect(await get()).toEqual(["run 1", expect.stringMatching(/^View; fwd=uri-miss; .*Site; fwd=uri-miss; /)])
    expect(await get()).toEqual(["run 1", expect.stringMatching(/^Site; hit; /)])
  })

  it("two of one kind, do not either, and a crowd has one run", async () => {
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
