import type { Timeout } from "@larder/core"
import type { NextFunction, Request, Response } from "express"
import { type HeaderEffect, type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import { changeHead } from "./node/head-change.js"
import { shapesAreOwn } from "./node/own-shapes.js"
import { type Entrance, PageLayer } from "./node/page-layer.js"
import { purgeRequestOf } from "./node/purge-request.js"
import { NodePageRequest, type RequestOrigin } from "./node/request-view.js"
import { sendBesideHeaders, sendPage } from "./node/send-page.js"
import type { PageCache } from "./page-cache.js"
import type { PageCacheOptions } from "./page-options.js"
import { answerPurgeRequest, checkPurgeOptions, type PurgeHandlerOptions } from "./purge-request.js"
import { siteCache, viewCache } from "./view-and-site.js"

export { isRevalidation } from "./node/redispatch.js"

/** Express middleware, for any route. Returns `undefined` if the response has already been sent. */
export type Middleware = (request: Request, response: Response, next: NextFunction) => Promise<unknown> | undefined

/**
 * Caches the pages of a route for a time, like Django's `cache_page`: `app.get("/news", cachePage("15m", { cache }), handler)`. The
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
 * `app.post("/purge", purgeHandler(pages, { authorize }))`. Requests that `authorize` rejects get a 403.
 */
export function purgeHandler(pages: PageCache, options: PurgeHandlerOptions<Request>): Middleware {
  checkPurgeOptions(options)
  return async (request, response) => {
    const parsed: unknown = request.body
    sendPage(
      response,
      await answerPurgeRequest(
        pages,
        purgeRequestOf(request, () => options.authorize(request), parsed),
      ),
    )
  }
}

function pageMiddleware(layer: PageLayer): Middleware {
  return (request, response, next) => {
    const entering = layer.enter({ request, response, origin: forwardedOrigin(request), untouched: shapesAreOwn })
    if (entering instanceof Promise || entering.answer === undefined) return goOn(response, next, entering)
    sendBesideHeaders(response, entering.answer)
    return undefined
  }
}

/** According to "trust proxy"; `undefined` without forwarded headers: then the connection's origin applies. */
function forwardedOrigin(request: Request): RequestOrigin | undefined {
  const { "x-forwarded-host": host, "x-forwarded-proto": scheme } = request.headers
  if (host === undefined && scheme === undefined) return undefined
  return { scheme: request.protocol, authority: request.host ?? "" }
}

async function goOn(response: Response, next: NextFunction, entering: Entrance | Promise<Entrance>): Promise<unknown> {
  const { answer } = await entering
  return answer === undefined ? next() : sendPage(response, answer)
}

function effectMiddleware(effect: HeaderEffect<Request>): Middleware {
  return async (request, response, next) => {
    const made = await effect(request, { method: request.method, headers: new NodePageRequest(request) })
    if ("status" in made) return sendPage(response, made)
    changeHead(response, made)
    return next()
  }
}

const helpers: HeaderHelpers<Request, Middleware> = headerHelpers(effectMiddleware)

export const cacheControl: HeaderHelpers<Request, Middleware>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<Request, Middleware>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<Request, Middleware>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<Request, Middleware>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<Request, Middleware>["conditional"] = helpers.conditional

type Method<This, Rest extends readonly unknown[], Result> = (
  this: This,
  request: Request,
  response: Response,
  ...rest: Rest
) => Result

/** Decorates a controller method with middleware of this package: `@use(cachePage("5m", { cache }))`. */
export function use(
  middleware: Middleware,
): <This, Rest extends readonly unknown[]>(
  method: Method<This, Rest, void | Promise<void>>,
  context?: ClassMethodDecoratorContext<This>,
) => Method<This, Rest, Promise<void>> {
  return (method) =>
    async function (request, response, ...rest) {
      await middleware(request, response, () => method.call(this, request, response, ...rest))
    }
}
