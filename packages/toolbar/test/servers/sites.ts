import { once } from "node:events"
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { getRequestListener } from "@hono/node-server"
import type { Cache } from "@larder/core"
import * as pagesInExpress from "@larder/http/express"
import * as pagesInFastify from "@larder/http/fastify"
import * as pagesInFetch from "@larder/http/fetch"
import * as pagesInHono from "@larder/http/hono"
import * as pagesInKoa from "@larder/http/koa"
import * as pagesOnNode from "@larder/http/node"
import express from "express"
import fastify from "fastify"
import { Hono } from "hono"
import Koa from "koa"
import { afterEach } from "vitest"
import * as inExpress from "../../src/express.js"
import * as inFastify from "../../src/fastify.js"
import * as inFetch from "../../src/fetch.js"
import * as inHono from "../../src/hono.js"
import * as inKoa from "../../src/koa.js"
import * as onNode from "../../src/node.js"

/** The response of a view. The body can be a stream. */
export interface Page {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body: string | Readable
}

export type View = (request: {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}) => Page | Promise<Page>

/** A site with one view, the toolbar, and a page cache if `pages` is set. */
export interface Site {
  readonly view: View
  readonly pages?: Cache | undefined
  readonly enabled?: boolean
  /** The value of the `x-user` header that is allowed to see the toolbar. Absent: the default of the toolbar. */
  readonly operator?: string
  /** Puts the page cache outside the toolbar, which is the wrong order. Default: false. */
  readonly pagesOutside?: boolean
}

const closings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

/** Serves on a free loopback port until the end of the test. Resolves with the address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  closings.push(async () => {
    const closed = once(server, "close")
    server.close()
    server.closeAllConnections()
    await closed
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const html = { "content-type": "text/html; charset=utf-8" }

/** The toolbar options for any framework. `nameOf` reads the user from a request. */
function optionsOf<Request>({ enabled, operator }: Site, nameOf: (request: Request) => unknown) {
  return {
    ...(enabled !== undefined && { enabled }),
    ...(operator !== undefined && { authorize: async (request: Request) => nameOf(request) === operator }),
  }
}

function inOrder<Layer>({ pagesOutside = false }: Site, toolbar: Layer, pages: Layer | undefined): Layer[] {
  const layers = pages === undefined ? [toolbar] : [toolbar, pages]
  return pagesOutside ? layers.reverse() : layers
}

function responseOf({ status = 200, headers = {}, body }: Page): Response {
  const lines = new Headers()
  for (const [name, value] of Object.entries({ ...html, ...headers })) {
    for (const line of [value].flat()) lines.append(name, line)
  }
  const made = typeof body === "string" ? body : (Readable.toWeb(body) as ReadableStream<Uint8Array>)
  return new Response(made, { status, headers: lines })
}

function viewOfFetch(view: View): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, search } = new URL(request.url)
    return responseOf(
      await view({ method: request.method, url: pathname + search, headers: Object.fromEntries(request.headers) }),
    )
  }
}

/** Starts the same site in each framework. Resolves with its address. */
export const sites: Readonly<Record<string, (site: Site) => Promise<string>>> = {
  "node:http": (site) => {
    const toolbar = onNode.toolbar(optionsOf(site, ({ headers }) => headers["x-user"]))
    const cached = site.pages && pagesOnNode.cachePage(60, { cache: site.pages, onError: () => {} })
    const handler: RequestListener = async (request, response) => {
      const { method = "GET", url = "/", headers } = request
      const page = await site.view({ method, url, headers })
      response.writeHead(page.status ?? 200, { ...html, ...page.headers })
      if (typeof page.body === "string") response.end(page.body)
      else page.body.pipe(response)
    }
    const wrapped = inOrder<(inside: RequestListener) => RequestListener>(site, toolbar, cached).reduceRight(
      (inside, layer) => layer(inside),
      handler,
    )
    return serve(wrapped)
  },
  Express: (site) => {
    const toolbar = inExpress.toolbar(optionsOf(site, (request) => request.get("x-user")))
    const cached = site.pages && pagesInExpress.cachePage(60, { cache: site.pages })
    const app = express()
    for (const layer of inOrder<inExpress.Middleware>(site, toolbar, cached)) app.use(layer)
    app.use(async (request, response) => {
      const { status = 200, headers = {}, body } = await site.view(request)
      response.status(status).set({ ...html, ...headers })
      if (typeof body === "string") response.send(body)
      else body.pipe(response)
    })
    app.use((_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.status(500).send("<html><body>broken</body></html>")
    })
    return serve(app)
  },
  Koa: (site) => {
    const toolbar = inKoa.toolbar(optionsOf(site, (context) => context.get("x-user")))
    const cached = site.pages && pagesInKoa.cachePage(60, { cache: site.pages })
    const app = new Koa()
    app.silent = true
    for (const layer of inOrder<Koa.Middleware>(site, toolbar, cached)) app.use(layer)
    app.use(async (context) => {
      const { status = 200, headers = {}, body } = await site.view(context)
      context.status = status
      context.set({ ...html, ...headers })
      context.body = body
    })
    return serve(app.callback())
  },
  Fastify: async (site) => {
    const app = fastify({ forceCloseConnections: true })
    closings.push(async () => app.close())
    const { pages, pagesOutside = false } = site
    const addPages = () => pages && app.addHook("onRequest", pagesInFastify.cachePage(60, { cache: pages }))
    if (pagesOutside) addPages()
    await app.register(inFastify.toolbar(optionsOf(site, ({ headers }) => headers["x-user"])))
    if (!pagesOutside) addPages()
    app.all("*", async (request, reply) => {
      const { status = 200, headers = {}, body } = await site.view(request)
      return reply
        .code(status)
        .headers({ ...html, ...headers })
        .send(body)
    })
    return app.listen({ host: "127.0.0.1", port: 0 })
  },
  Hono: (site) => {
    const toolbar = inHono.toolbar(optionsOf(site, (context) => context.req.header("x-user")))
    const cached = site.pages && pagesInHono.cachePage(60, { cache: site.pages })
    const app = new Hono()
    for (const layer of inOrder(site, toolbar, cached)) app.use(layer)
    const view = viewOfFetch(site.view)
    app.all("*", (context) => view(context.req.raw))
    app.onError((_error, context) => context.html("<html><body>broken</body></html>", 500))
    return serve(getRequestListener(app.fetch))
  },
  Fetch: (site) => {
    const toolbar = inFetch.toolbar(optionsOf(site, ({ headers }) => headers.get("x-user")))
    const cached = site.pages && pagesInFetch.cachePage(60, { cache: site.pages })
    type Handler = (request: Request, ...rest: readonly unknown[]) => Response | Promise<Response>
    const wrapped = inOrder<(inside: Handler) => Handler>(site, toolbar, cached).reduceRight<Handler>(
      (inside, layer) => layer(inside),
      viewOfFetch(site.view),
    )
    return serve(getRequestListener((request, environment) => wrapped(request, environment)))
  },
}

/** The headers of a browser navigation. */
export const navigation: Readonly<Record<string, string>> = {
  accept: "text/html,application/xhtml+xml,*/*;q=0.8",
  "accept-encoding": "gzip, br",
  "sec-fetch-dest": "document",
}
