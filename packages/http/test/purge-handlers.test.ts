import { createServer, type IncomingMessage } from "node:http"
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
import type { PageCache } from "../src/page-cache.js"
import { fetchServer } from "./servers/fetch-server.js"
import { type Listening, listen, listenFastify, testServers } from "./servers/listening.js"
import { newPageCache } from "./servers/page-cache.js"

type Authorize = (key: string | undefined) => boolean | Promise<boolean>

/** An application with a purge handler at every path, which passes the header `X-Key` to `authorize`. */
const applications: Record<string, (pages: PageCache, authorize: Authorize) => Promise<Listening>> = {
  "node:http": (pages, authorize) => {
    const keyOf = ({ headers }: { headers: IncomingMessage["headers"] }) => String(headers["x-key"])
    return listen(createServer(forNode.purgeHandler(pages, { authorize: (request) => authorize(keyOf(request)) })))
  },
  Express: (pages, authorize) => {
    const app = express()
    app.use("/parsed", express.json())
    app.use(forExpress.purgeHandler(pages, { authorize: (request) => authorize(request.get("x-key")) }))
    return listen(createServer(app))
  },
  Fastify: (pages, authorize) => {
    const app = fastify({ forceCloseConnections: true })
    const keyOf = (request: { headers: IncomingMessage["headers"] }) => String(request.headers["x-key"])
    app.all("/*", forFastify.purgeHandler(pages, { authorize: (request) => authorize(keyOf(request)) }))
    return listenFastify(app)
  },
  Koa: (pages, authorize) => {
    const app = new Koa()
    app.use(forKoa.purgeHandler(pages, { authorize: (context) => authorize(context.get("x-key")) }))
    return listen(createServer(app.callback()))
  },
  Fetch: (pages, authorize) =>
    listen(
      fetchServer(
        forFetch.purgeHandler(pages, { authorize: ({ headers }) => authorize(headers.get("x-key") ?? undefined) }),
      ),
    ),
  Hono: (pages, authorize) => {
    const app = new Hono()
    app.all(
      "*",
      forHono.purgeHandler(pages, { authorize: ({ headers }) => authorize(headers.get("x-key") ?? undefined) }),
    )
    return listen(fetchServer((request) => app.fetch(request)))
  },
}

describe.each(Object.entries(applications))("the purge handler of %s", (_, start) => {
  const open = testServers()

  async function purger(authorize: Authorize = (key) => key === "secret") {
    const pages = newPageCache({ timeout: 60, tags: ["news"] })
    const { ask } = open(await start(pages, authorize))
    /** Whether the page is in the cache. It is afterwards. */
    const isCached = async (): Promise<boolean> => {
      const found = await pages.lookup({
        method: "GET",
        scheme: "https",
        authority: "example.com",
        target: "/page",
        headers: { get: () => undefined },
        hasBody: false,
      })
      if (found.response !== undefined) return true
      found.fill.head(200, [])
      found.fill.chunk(Buffer.from("page"))
      await found.fill.end()
      return false
    }
    const post = (body: string, key = "secret", path = "/", method = "POST") =>
      ask(method, path, { "X-Key": key, "Content-Type": "application/json" }, body)
    await isCached()
    return { isCached, post }
  }

  it.each([{ url: "https://example.com/page" }, { tag: "news" }, { prefix: "https://example.com/" }])(
    "purges %j",
    async (what) => {
      const { isCached, post } = await purger()
      expect(await isCached()).toBe(true)
      expect((await post(JSON.stringify(what), "secret", "/parsed")).status).toBe(200)
      expect(await isCached()).toBe(false)
      expect((await post(JSON.stringify(what))).status).toBe(200)
      expect(await isCached()).toBe(false)
    },
  )

  it("rejects clients that are not allowed, also if the check fails", async () => {
    const broken: Authorize = () => {
      throw new Error("broken")
    }
    const truthy = (() => "yes") as unknown as Authorize
    for (const authorize of [() => false, async () => false, broken, truthy]) {
      const { isCached, post } = await purger(authorize)
      expect((await post('{"tag":"news"}')).status).toBe(403)
      expect(await isCached()).toBe(true)
    }
    const { isCached, post } = await purger()
    expect((await post('{"tag":"news"}', "guess")).status).toBe(403)
    expect(await isCached()).toBe(true)
  })

  it("rejects what is not a purge", async () => {
    const { isCached, post } = await purger()
    for (const body of [
      "{}",
      '{"tag":""}',
      '{"url":"/page"}',
      '{"tag":"news","url":"https://example.com/page"}',
      "[]",
    ]) {
      const { status, text } = await post(body)
      expect([body, status, text]).toEqual([body, 400, expect.stringContaining("purge")])
    }
    expect((await post("", "secret", "/", "GET")).status).toBe(405)
    expect((await post(JSON.stringify({ tag: "x".repeat(20_000) }), "secret", "/raw")).status).toBe(413)
    expect(await isCached()).toBe(true)
  })
})

it.each([
  forNode.purgeHandler,
  forExpress.purgeHandler,
  forFastify.purgeHandler,
  forKoa.purgeHandler,
  forFetch.purgeHandler,
  forHono.purgeHandler,
])("no purge handler is open by default", (purgeHandler) => {
  for (const options of [{}, undefined]) {
    const make = () => Reflect.apply(purgeHandler, undefined, [newPageCache(), options])
    expect(make).toThrow(
      new TypeError("A purge handler needs authorize: (request) => boolean, which says who may purge"),
    )
  }
})
