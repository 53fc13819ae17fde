import { IncomingMessage } from "node:http"
import type { Timeout } from "@larder/core"
import type { Context, MiddlewareHandler } from "hono"
import { fieldOf, type HeaderLines } from "./engine/header-lines.js"
import { pageOfRequest, requestForHandler, urlOf } from "./fetch/page-of-request.js"
import { toResponse } from "./fetch/page-response.js"
import { purgeHandler as purgeEndpoint } from "./fetch/purge-endpoint.js"
import { failed, headOf, responseOf } from "./fetch/respond-through.js"
import { recordBody } from "./fetch/response-body.js"
import { type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import { effectHonoMiddleware } from "./headers/hono-effect.js"
import type { NodeRequest } from "./node/node-message.js"
import { canRedispatch, dispatchedFill, redispatch } from "./node/redispatch.js"
import { NodePageRequest } from "./node/request-view.js"
import type { PageCache } from "./page-cache.js"
import { attachControl, attachedControl, type PageControl } from "./page-control.js"
import type { PageAnswer, PageFill } from "./page-fill.js"
import type { PageCacheOptions } from "./page-options.js"
import type { PurgeHandlerOptions } from "./purge-request.js"
import { siteCache, viewCache } from "./view-and-site.js"
import type { LookupContext } from "./visit.js"

/** What the middleware adds to a context: `new Hono<{ Variables: CacheVariables }>()` types `c.var.cache`. */
export interface CacheVariables {
  cache: PageControl
}

export interface HonoCacheOptions extends PageCacheOptions {
  /**
   * The application, to refresh stale pages in the background, since middleware can run its handler only once. Not needed with
   * `@hono/node-server` over HTTP/1; elsewhere, without it, stale pages are refreshed before they are served.
   */
  readonly app?: { fetch(request: Request, ...rest: never[]): Response | Promise<Response> }
}

/**
 * Caches the pages of one route for a time, like Django's `cache_page`: `app.get("/", cachePage("15m", { cache }), handler)`.
 * The timeout overrides the freshness of the response; `no-store`, `private` and the like still apply.
 */
export function cachePage(timeout: Timeout, { app, ...options }: Omit<HonoCacheOptions, "timeout">): MiddlewareHandler {
  return cachedBy(viewCache(timeout, options), app)
}

/**
 * Caches all pages that state their freshness; unsafe requests, such as POST, invalidate the pages of their URL:
 * `app.use(cacheSite({ cache, app }))`.
 */
export function cacheSite({ app, ...options }: HonoCacheOptions): MiddlewareHandler {
  return cachedBy(siteCache(options), app)
}

/** Caches pages with a `PageCache` that you create, and can purge. */
export function cachedBy(pages: PageCache, app?: HonoCacheOptions["app"]): MiddlewareHandler {
  return async (context, next): Promise<Response | undefined> => {
    const request = context.req.raw
    const refreshing = refreshOf(context, pages)
    if (refreshing !== undefined) {
      await (refreshing.fill === undefined ? next() : record(context, refreshing.fill, next))
      return undefined
    }
    const found = await pages.lookup(pageOfRequest(request), new HonoLookupContext(context, pages, app))
    keepAlive(context, pages)
    if (found.response !== undefined) {
      show(context, request, found.control)
      return toResponse(found.response)
    }
    await record(context, found.fill, next)
    return undefined
  }
}

/**
 * Purges the pages that a POST specifies in JSON, with `{ "url": … }`, `{ "tag": … }` or `{ "prefix": … }`:
 * `app.post("/purge", purgeHandler(pages, { authorize }))`. Requests that `authorize` rejects get a 403.
 */
export function purgeHandler(pages: PageCache, options: PurgeHandlerOptions): (context: Context) => Promise<Response> {
  const endpoint = purgeEndpoint(pages, options)
  return (context) => endpoint(context.req.raw)
}

type App = NonNullable<HonoCacheOptions["app"]>

/** Computes what a lookup asks for on demand; a hit needs little of it. */
class HonoLookupContext implements LookupContext {
  readonly #context: Context
  readonly #pages: PageCache
  readonly #app: App | undefined

  constructor(context: Context, pages: PageCache, app: App | undefined) {
    this.#context = context
    this.#pages = pages
    this.#app = app
  }

  get outer(): PageControl | undefined {
    return attachedControl(this.#context.req.raw)
  }

  get gone(): boolean {
    return this.#context.req.raw.signal.aborted
  }

  get refresh(): LookupContext["refresh"] {
    return refresherOf(this.#context, this.#pages, this.#app)
  }
}

interface Refresh {
  readonly pages: PageCache
  readonly fill: PageFill
}

/** Requests created by this module. Not marked by a header, which a client could forge. */
const refreshes = new WeakMap<Request, Refresh>()

/** The fill of a refresh by this page cache; an empty object for one by another page cache, which records it. */
function refreshOf(context: Context, pages: PageCache): { readonly fill?: PageFill } | undefined {
  const refreshing = refreshes.get(context.req.raw)
  // Caches around it look the page up as usual.
  if (refreshing?.pages === pages) return refreshing
  const incoming = incomingOf(context)
  return incoming === undefined ? undefined : dispatchedFill(incoming, pages)
}

/** How to run the handler again: through the application, or its Node server. */
function refresherOf(context: Context, pages: PageCache, app: App | undefined): LookupContext["refresh"] {
  if (app !== undefined) {
    const request = context.req.raw
    return (fill, headers) => refresh(app, pages, request, fill, headers)
  }
  const incoming = incomingOf(context)
  if (incoming === undefined || !canRedispatch(incoming)) return undefined
  return (fill, headers) => redispatch(incoming, { page: new NodePageRequest(incoming), layer: pages, fill, headers })
}

/** The Node request, with `@hono/node-server`. */
function incomingOf(context: Context): NodeRequest | undefined {
  // Its type is the application's; often undefined.
  const env: unknown = context.env
  if (typeof env !== "object" || env === null || !("incoming" in env)) return undefined
  return env.incoming instanceof IncomingMessage ? env.incoming : undefined
}

async function refresh(
  app: App,
  pages: PageCache,
  request: Request,
  fill: PageFill,
  headers: HeaderLines,
): Promise<void> {
  const fresh = new Request(urlOf(request, fill.target), { headers: headers.map(([name, value]) => [name, value]) })
  refreshes.set(fresh, { pages, fill })
  const response = await app.fetch(fresh)
  // The application has already recorded it; reading it to the end completes the fill.
  await response.body?.pipeTo(new WritableStream())
  await fill.end()
}

/** Runs the rest of the chain, and replaces its response by the one for the client. */
async function record(context: Context, fill: PageFill, next: () => Promise<void>): Promise<void> {
  const original = context.req.raw
  attachControl(original, fill.control)
  try {
    const seen = requestForHandler(original, fill.target, fill.overrides)
    context.req.raw = seen
    show(context, seen, fill.control)
    await next()
  } catch (error) {
    const standIn = failed(original, fill, error)
    if (standIn === undefined) throw error
    replace(context, standIn)
    return
  } finally {
    context.req.raw = original
  }
  // Hono turns what a handler throws into a response. One that was thrown as such, like `HTTPException`, counts by its status.
  const { error } = context
  const standIn = error === undefined || "getResponse" in error ? undefined : failed(original, fill, error)
  if (standIn !== undefined) {
    void recordBody(context.res.body, fill)
    replace(context, standIn)
    return
  }
  const before = heads.get(context.res) ?? [...context.res.headers]
  const answer = headOf(context.res, fill, before)
  if (answer?.body === "handler" && !fill.recording && changeHead(context.res, before, answer)) void fill.end()
  else replace(context, responseOf(original, answer, context.res, fill))
}

/** The heads of responses before they were changed: a handler may return the same response to all requests. */
const heads = new WeakMap<Response, HeaderLines>()

/**
 * Changes the head of a response that nobody records, as Hono's own middleware does: a copy would cost adapters more than
 * everything else. False for a response that cannot be changed, such as one from `fetch`.
 */
function changeHead(response: Response, before: HeaderLines, { status, headers: lines }: PageAnswer): boolean {
  const { headers } = response
  if (response.status !== status) return false
  try {
    const left = new Set(lines.map(([name]) => name.toLowerCase()))
    for (const name of [...headers.keys()]) if (!left.has(name)) headers.delete(name)
    // The page cache changes no cookies.
    left.delete("set-cookie")
    for (const name of left) headers.set(name, fieldOf(lines, name) ?? "")
  } catch {
    return false
  }
  heads.set(response, before)
  return true
}

/** Hono merges the headers of the current response into its replacement, unless it is cleared first. */
function replace(context: Context, response: Response): void {
  context.res = undefined
  context.res = response
}

function show(context: Context, request: Request, control: PageControl): void {
  context.set("cache", control)
  attachControl(request, control)
}

/** On platforms that stop after the response, `waitUntil` keeps pending work alive. Node has no execution context. */
function keepAlive(context: Context, pages: PageCache): void {
  try {
    context.executionCtx.waitUntil(pages.settled())
  } catch {
    // There is no execution context.
  }
}

const helpers = headerHelpers<Context, MiddlewareHandler>(effectHonoMiddleware)

export const cacheControl: HeaderHelpers<Context, MiddlewareHandler>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<Context, MiddlewareHandler>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<Context, MiddlewareHandler>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<Context, MiddlewareHandler>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<Context, MiddlewareHandler>["conditional"] = helpers.conditional
