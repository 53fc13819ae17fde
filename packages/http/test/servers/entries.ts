import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { getRequestListener, type HttpBindings } from "@hono/node-server"
import express from "express"
import fastify, { type FastifyInstance, type FastifyServerFactory } from "fastify"
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
import { type Listening, listen, listenFastify } from "./listening.js"

/** A request as a view sees it, in any framework. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** The parsed query of the framework. */
  readonly query: Readonly<Record<string, unknown>>
  readonly cache: PageControl
  readonly revalidation: boolean
  /** The response of Node, if the framework has one. */
  readonly response?: ServerResponse
}

/** The response of a view. Without headers, it is fresh for a minute. */
export interface Page {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer | Readable
}

export type View = (seen: Seen) => Page | Promise<Page>

/** An application of one framework, with one view behind one page cache. */
export interface Host {
  /** With `proxied`, it trusts the `X-Forwarded-Proto` of a proxy. */
  serve(pages: PageCache, view: View, proxied?: boolean): Promise<Listening>
}

const fresh = { "Cache-Control": "max-age=60" }

function mutable(headers: Page["headers"] = fresh): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  )
}

function seenBy(
  request: IncomingMessage,
  response: ServerResponse,
  query: Readonly<Record<string, unknown>>,
  handle: object,
): Seen {
  const { method = "GET", url = "/", headers } = request
  return { method, url, headers, query, response, cache: cacheOf(handle), revalidation: forNode.isRevalidation(handle) }
}

/** The header of a trusted proxy for a client with TLS. */
function forwardedScheme({ headers }: { readonly headers: IncomingHttpHeaders }): string {
  return String(headers["x-forwarded-proto"] ?? "http")
}

/** A failed stream destroys the response. A disconnected client is not an error. */
function stream(body: Readable, response: ServerResponse): Promise<void> {
  return pipeline(body, response).catch(() => {})
}

function queryIn(url = "/"): Record<string, unknown> {
  return Object.fromEntries(new URL(url, "http://a").searchParams)
}

function nodeWrapper(pages: PageCache, proxied: boolean): forNode.HandlerWrapper {
  const origin = (request: { headers: IncomingHttpHeaders }) => ({
    scheme: forwardedScheme(request),
    authority: request.headers.host ?? "",
  })
  return forNode.cachedBy(pages, { onError: () => {}, ...(proxied ? { origin } : {}) })
}

function expressApplication(view: View, cached?: forExpress.Middleware): express.Express {
  const app = express()
  if (cached !== undefined) app.use(cached)
  app.use(async (request, response) => {
    const { status = 200, headers, body } = await view(seenBy(request, response, request.query, request))
    response.status(status).set(mutable(headers))
    return body instanceof Readable ? stream(body, response) : response.send(body)
  })
  app.use((_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    response.status(500).send("broken")
  })
  return app
}

function addFastifyView(app: FastifyInstance, view: View): void {
  app.all("*", async (request, reply) => {
    const query = typeof request.query === "object" ? { ...request.query } : {}
    const { status = 200, headers, body } = await view(seenBy(request.raw, reply.raw, query, request))
    return reply.code(status).headers(mutable(headers)).send(body)
  })
}

function koaApplication(view: View, proxied: boolean, cached?: Koa.Middleware): Koa {
  const app = new Koa({ proxy: proxied })
  app.silent = true
  if (cached !== undefined) app.use(cached)
  app.use(async (context) => {
    const { status = 200, headers, body } = await view(seenBy(context.req, context.res, context.query, context))
    context.status = status
    context.set(mutable(headers))
    context.body = body
  })
  return app
}

const onNode: Readonly<Record<string, Host>> = {
  "node:http": {
    serve(pages, view, proxied = false) {
      const handler = async (request: IncomingMessage, response: ServerResponse) => {
        const { status = 200, headers, body } = await view(seenBy(request, response, queryIn(request.url), request))
        response.writeHead(status, mutable(headers))
        return body instanceof Readable ? stream(body, response) : response.end(body)
      }
      return listen(createServer(nodeWrapper(pages, proxied)(handler)))
    },
  },
  Express: {
    serve(pages, view, proxied = false) {
      return listen(createServer(expressApplication(view, forExpress.cachedBy(pages)).set("trust proxy", proxied)))
    },
  },
  Fastify: {
    serve(pages, view, proxied = false) {
      const app = fastify({ forceCloseConnections: true, trustProxy: proxied })
      app.addHook("onRequest", forFastify.cachedBy(pages))
      addFastifyView(app, view)
      return listenFastify(app)
    },
  },
  Koa: {
    serve(pages, view, proxied = false) {
      return listen(createServer(koaApplication(view, proxied, forKoa.cachedBy(pages)).callback()))
    },
  },
}

/** The page cache of node:http around whole applications. A hit never reaches the application. */
const aroundApplications: Readonly<Record<string, Host>> = {
  "node:http around Express": {
    serve(pages, view, proxied = false) {
      return listen(createServer(nodeWrapper(pages, proxied)(expressApplication(view))))
    },
  },
  "node:http around Fastify": {
    serve(pages, view, proxied = false) {
      const serverFactory: FastifyServerFactory = (handler) => createServer(nodeWrapper(pages, proxied)(handler))
      const app = fastify({ forceCloseConnections: true, trustProxy: proxied, serverFactory })
      addFastifyView(app, view)
      return listenFastify(app)
    },
  },
  "node:http around Koa": {
    serve(pages, view, proxied = false) {
      return listen(createServer(nodeWrapper(pages, proxied)(koaApplication(view, proxied).callback())))
    },
  },
}

const onFetch: Readonly<Record<string, Host>> = {
  Fetch: {
    serve(pages, view, proxied = false) {
      const handler = forFetch.cachedBy(pages)(async (request) => responseOf(await view(seenIn(request))))
      return listen(fetchServer(handler, proxied ? forwardedScheme : undefined))
    },
  },
  Hono: {
    serve(pages, view, proxied = false) {
      const app = new Hono()
      app.use(forHono.cachedBy(pages, app))
      app.all("*", async (context) => responseOf(await view(seenIn(context.req.raw))))
      app.onError((_error, context) => context.text("broken", 500))
      return listen(fetchServer((request) => app.fetch(request), proxied ? forwardedScheme : undefined))
    },
  },
}

/** Hono with its adapter for Node, and a page cache without the option `app`. */
const honoOnNode: Host = {
  serve(pages, view) {
    const app = new Hono<{ Bindings: HttpBindings }>()
    app.use(forHono.cachedBy(pages))
    app.all("*", async (context) => {
      const { env, req } = context
      return responseOf(await view({ ...seenIn(req.raw), response: env.outgoing }))
    })
    app.onError((_error, context) => context.text("broken", 500))
    return listen(createServer(getRequestListener(app.fetch)))
  },
}

export const hosts: Readonly<Record<string, Host>> = {
  ...onNode,
  ...aroundApplications,
  ...onFetch,
  "Hono on Node": honoOnNode,
}

/** Those that can be configured to trust a proxy. */
export const hostsBehindProxies: Readonly<Record<string, Host>> = { ...onNode, ...aroundApplications, ...onFetch }

/** Those whose views have access to the response of Node. */
export const hostsWithResponses: Readonly<Record<string, Host>> = {
  ...onNode,
  ...aroundApplications,
  "Hono on Node": honoOnNode,
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
  const init = { status, headers: lines }
  return body instanceof Readable ? new Response(Readable.toWeb(body), init) : new Response(body ?? null, init)
}
