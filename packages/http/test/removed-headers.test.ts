import { createServer } from "node:http"
import express from "express"
import fastify from "fastify"
import Koa from "koa"
import { describe, expect, it } from "vitest"
import * as forExpress from "../src/express.js"
import * as forFastify from "../src/fastify.js"
import * as forKoa from "../src/koa.js"
import * as forNode from "../src/node.js"
import type { PageCache } from "../src/page-cache.js"
import { type Listening, listen, listenFastify, testServers } from "./servers/listening.js"
import { newPageCache } from "./servers/page-cache.js"

const open = testServers()

const denied = ["X-Frame-Options", "DENY"] as const
const kept = ["X-Kept", "1"] as const

/**
 * An application that sets two headers for each request. Its handler, behind the page cache, removes one of them from the page
 * at `/`, and fails after its first run.
 */
type Application = (pages: PageCache, failing: () => boolean) => Promise<Listening>

const applications: Readonly<Record<string, Application>> = {
  "node:http": (pages, failing) => {
    const handler = forNode.cachedBy(pages, { onError: () => {} })((_request, response) => {
      response.removeHeader(denied[0])
      if (failing()) throw new Error("failing")
      response.end("a page")
    })
    return listen(
      createServer((request, response) => {
        response.setHeader(...denied).setHeader(...kept)
        return handler(request, response)
      }),
    )
  },
  Express(pages, failing) {
    const app = express()
    app.use((_request, response, next) => {
      response.setHeader(...denied).setHeader(...kept)
      next()
    })
    app.use(forExpress.cachedBy(pages))
    app.get("/", (_request, response) => {
      response.removeHeader(denied[0])
      response.status(failing() ? 503 : 200).send("a page")
    })
    return listen(createServer(app))
  },
  Fastify(pages, failing) {
    const app = fastify({ forceCloseConnections: true })
    app.addHook("onRequest", async (_request, reply) => {
      reply.raw.setHeader(...kept)
      reply.header(...denied)
    })
    app.addHook("onRequest", forFastify.cachedBy(pages))
    app.get("/", async (_request, reply) =>
      reply
        .removeHeader(denied[0])
        .code(failing() ? 503 : 200)
        .send("a page"),
    )
    return listenFastify(app)
  },
  Koa(pages, failing) {
    const app = new Koa()
    app.silent = true
    app.use(async (context, next) => {
      context.set(Object.fromEntries([denied, kept]))
      await next()
    })
    app.use(forKoa.cachedBy(pages))
    app.use((context) => {
      context.remove(denied[0])
      if (failing()) context.throw(503)
      context.body = "a page"
    })
    return listen(createServer(app.callback()))
  },
}

describe.each(Object.entries(applications))("a header from outside that a handler in %s removes", (_, application) => {
  it("is missing in each response from the page: whole, part, head, 304 and after a failure", async () => {
    let now = Date.UTC(2026, 10, 25)
    let runs = 0
    const pages = newPageCache({ defaultTimeout: 60, staleIfError: 60, now: () => now })
    const failing = (): boolean => {
      runs += 1
      return runs > 1
    }
    const { get, ask } = open(await application(pages, failing))
    const first = await get("/")
    const answers = [
      first,
      await get("/"),
      await get("/", { Range: "bytes=0-0" }),
      await ask("HEAD", "/"),
      await get("/", { "If-None-Match": "*" }),
    ]
    now += 90_000
    answers.push(await get("/"))
    expect(runs).toBe(2)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 206, 200, 304, 200])
    for (const { headers } of answers) {
      expect([headers["x-frame-options"], headers["x-kept"]]).toEqual([undefined, "1"])
    }
  })
})
