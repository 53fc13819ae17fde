import type { Timeout } from "@larder/core"
import type { Context, Middleware, Next } from "koa"
import { type HeaderEffect, type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import { headersOf, replaceHeaders, setHeaders } from "./node/head-interception.js"
import { PageLayer } from "./node/page-layer.js"
import { purgeRequestOf } from "./node/purge-request.js"
import { pathOf, queryOf } from "./node/request-overrides.js"
import { NodePageRequest } from "./node/request-view.js"
import type { ResponseRecording } from "./node/response-recording.js"
import { bufferOf } from "./node/send-page.js"
import type { PageCache } from "./page-cache.js"
import type { PageResponse } from "./page-exchange.js"
import type { PageCacheOptions } from "./page-options.js"
import { answerPurgeRequest, checkPurgeOptions, type PurgeHandlerOptions } from "./purge-request.js"
import { siteCache, viewCache } from "./view-and-site.js"

export { isRevalidation } from "./node/redispatch.js"

/**
 * Caches the pages of the middleware behind it for a time, like Django's `cache_page`: `router.get("/news", cachePage("15m", { cache }), handler)`. The
 * timeout overrides the freshness of the response; `no-store`, `private` and the like still apply.
 */
export function cachePage(timeout: Timeout, options: Omit<PageCacheOptions, "timeout">): Middleware {
  return cachedBy(viewCache(timeout, options))
}

/**
 * Caches all pages that state their freshness; unsafe requests, such as POST, invalidate the pages of their URL:
 * `app.use(cacheSite({ cache }))`.
 */
export function cacheSite(options: PageCacheOptions): Middleware {
  return cachedBy(siteCache(options))
}

/** Caches pages with a `PageCache` that you create, and can purge. */
export function cachedBy(pages: PageCache): Middleware {
  return pageMiddleware(new PageLayer(pages))
}

/**
 * Purges the pages that a POST specifies in JSON, with `{ "url": … }`, `{ "tag": … }` or `{ "prefix": … }`:
 * `router.post("/purge", purgeHandler(pages, { authorize }))`. Requests that `authorize` rejects get a 403.
 */
export function purgeHandler(pages: PageCache, options: PurgeHandlerOptions<Context>): Middleware {
  checkPurgeOptions(options)
  return async (context) => {
    const parsed = "body" in context.request ? context.request.body : undefined
    const asked = purgeRequestOf(context.req, () => options.authorize(context), parsed)
    answerWith(context, await answerPurgeRequest(pages, asked))
  }
}

function pageMiddleware(layer: PageLayer): Middleware {
  return async (context, next) => {
    const { req: request, originalUrl } = context
    // Mounted middleware sees a URL without its mount path, but the key needs the whole one.
    if (!("originalUrl" in request)) Object.assign(request, { originalUrl })
    const { url } = request
    const { answer, recording } = await layer.enter({
      request,
      response: context.res,
      // These respect `app.proxy`.
      origin: { scheme: context.protocol, authority: context.host },
      handles: [context, context.request],
      hijacked: () => context.respond === false,
    })
    if (request.url !== url) hideParameters(context)
    if (answer === undefined) await runRecorded(context, next, recording)
    else answerWith(context, answer)
  }
}

/** Koa copies the URL before any middleware runs: ignored parameters are removed from the copies, too. */
function hideParameters(context: Context): void {
  const originalUrl = pathOf(context.originalUrl) + queryOf(context.req.url ?? "")
  context.originalUrl = originalUrl
  context.request.originalUrl = originalUrl
  // Set once `context.URL` has been read.
  Reflect.deleteProperty(context.request, "memoizedURL")
}

async function runRecorded(context: Context, next: Next, recording: ResponseRecording | undefined): Promise<void> {
  try {
    await next()
  } catch (error) {
    const lastGood = isRefusal(error) ? undefined : recording?.fail(error)
    if (lastGood === undefined) throw error
    answerWith(context, lastGood)
  }
}

/** Whether an error is a response to the client's mistake, such as that of `context.throw(404)`: the handler did not fail. */
function isRefusal(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false
  const status = Number("status" in error ? error.status : "statusCode" in error ? error.statusCode : 500)
  return status >= 400 && status < 500
}

function effectMiddleware(effect: HeaderEffect<Context>): Middleware {
  return async (context, next) => {
    const made = await effect(context, { method: context.method, headers: new NodePageRequest(context.req) })
    if ("status" in made) {
      answerWith(context, made)
      return
    }
    for (const [name, value] of made.early ?? []) context.set(name, value)
    await next()
    if (context.headerSent) return
    const lines = headersOf(context.res)
    replaceHeaders(context.res, lines, made.patch(lines, context.status))
  }
}

/** Through the context, so that outer middleware can still change it. */
function answerWith(context: Context, { status, headers, body, removed = [] }: PageResponse): void {
  context.status = status
  for (const name of removed) context.remove(name)
  setHeaders(context.res, headers)
  if (body === null) return
  const typed = context.res.hasHeader("Content-Type")
  context.body = bufferOf(body)
  // Koa gives a Buffer without a type `application/octet-stream`.
  if (!typed) context.remove("Content-Type")
}

const helpers: HeaderHelpers<Context, Middleware> = headerHelpers(effectMiddleware)

export const cacheControl: HeaderHelpers<Context, Middleware>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<Context, Middleware>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<Context, Middleware>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<Context, Middleware>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<Context, Middleware>["conditional"] = helpers.conditional

type Method<This, Rest extends readonly unknown[], Result> = (this: This, context: Context, ...rest: Rest) => Result

/** Decorates a controller method with middleware: `@use(cachePage("5m", { cache }))`. */
export function use(
  middleware: Middleware,
): <This, Rest extends readonly unknown[]>(
  method: Method<This, Rest, void | Promise<void>>,
  context?: ClassMethodDecoratorContext<This>,
) => Method<This, Rest, Promise<void>> {
  return (method) =>
    async function (context, ...rest) {
      await middleware(context, async () => method.call(this, context, ...rest))
    }
}
