import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http"
import express from "express"
import fastify from "fastify"
import { Hono } from "hono"
import Koa from "koa"
import * as forExpress from "../../src/express.js"
import * as forFastify from "../../src/fastify.js"
import * as forFetch from "../../src/fetch.js"
import * as forHono from "../../src/hono.js"
import * as forKoa from "../../src/koa.js"
import * as forNode from "../../src/node.js"
import type { PageCache } from "../../src/page-cache.js"
import { cacheOf, type PageControl } from "../../src/page-control.js"
import { fetchServer } from "./fetch-server.js"
import { type Listening, listen, portOf } from "./listening.js"

/** What a view sees of a request, whichever framework it came through. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** The parameters of the query as the framework gives them. */
  readonly query: Readonly<Record<string, unknown>>
  readonly cache: PageControl
  readonly revalidation: boolean
}

/** What a view answers; without headers, a page that is fresh for a minute. */
export interface Page {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
}

export type View = (seen: Seen) => Page | Promise<Page>

/** An application of one framework, with one view behind one page cache. */
export interface Host {
  serve(pages: PageCache, view: View): Promise<Listening>
}

const fresh = { "Cache-Control": "max-age=60" }

function mutable(headers: Page["headers"] = fresh): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  )
}

function seenBy(request: IncomingMessage, query: Readonly<Record<string, unknown>>, handle: object): Seen {
  const { method = "GET", url = "/", headers } = request
  return { method, url, headers, query, cache: cacheOf(handle), revalidation: forNode.isRevalidation(handle) }
}

function queryIn(url = "/"): Record<string, unknown> {
  return Object.fromEntries(new URL(url, "http://a").searchParams)
}

export const hosts: Readonly<Record<string, Host>> = {
  "node:http": {
    serve(pages, view) {
      const handler = async (request: IncomingMessage, response: ServerResponse) => {
        const { status = 200, headers, body } = await view(seenBy(request, queryIn(request.url), request))
        response.writeHead(status, mutable(headers)).end(body)
      }
      return listen(createServer(forNode.cachedBy(pages, { onError: () => {} })(handler)))
    },
  },
  Express: {
    serve(pages, view) {
      const app = express()
      app.use(forExpress.cachedBy(pages))
      app.use(async (request, response) => {
        const { status = 200, headers, body } = await view(seenBy(request, request.query, request))
        response.status(status).set(mutable(headers)).send(body)
      })
      app.use((_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
        response.status(500).send("broken")
      })
      return listen(createServer(app))
    },
  },
  Fastify: {
    async serve(pages, view) {
      const app = fastify({ forceCloseConnections: true })
      app.addHook("onRequest", forFastify.cachedBy(pages))
      app.all("*", async (request, reply) => {
        const query = typeof request.query === "object" ? { ...request.query } : {}
        const { status = 200, headers, body } = await view(seenBy(request.raw, query, request))
        return reply.code(status).headers(mutable(headers)).send(body)
      })
      await app.listen({ host: "127.0.0.1", port: 0 })
      return { port: portOf(app.server.address()), close: () => app.close() }
    },
  },
  Koa: {
    serve(pages, view) {
      const app = new Koa()
      app.silent = true
      app.use(forKoa.cachedBy(pages))
      app.use(async (context) => {
        const { status = 200, headers, body } = await view(seenBy(context.req, context.query, context))
        context.status = status
        context.set(mutable(headers))
        context.body = body
      })
      return listen(createServer(app.callback()))
    },
  },
  Fetch: {
    serve(pages, view) {
      return listen(fetchServer(forFetch.cachedBy(pages)(async (request) => responseOf(await view(seenIn(request))))))
    },
  },
  Hono: {
    serve(pages, view) {
      const app = new Hono()
      app.use(forHono.cachedBy(pages, app))
      app.all("*", async (context) => responseOf(await view(seenIn(context.req.raw))))
      app.onError((_error, context) => context.text("broken", 500))
      return listen(fetchServer((request) => app.fetch(request)))
    },
  },
}

function seenIn(request: Request): Seen {
  const url = new URL(request.url)
  const cache = cacheOf(request)
  return {
    method: request.method,
    url: url.pathname + url.search,
    headers: Object.fromEntries(request.headers),
    query: Object.fromEntries(url.searchParams),
    cache,
    revalidation: cache.revalidation,
  }
}

function responseOf({ status = 200, headers, body }: Page): Response {
  const lines = Object.entries(mutable(headers)).flatMap(([name, value]) =>
    [value].flat().map((line): [string, string] => [name, line]),
  )
  return new Response(body ?? null, { status, headers: lines })
}
