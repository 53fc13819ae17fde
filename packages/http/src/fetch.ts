import type { Timeout } from "@larder/core"
import { respondThrough } from "./fetch/respond-through.js"
import { effectFetchWrapper, type FetchWrapper } from "./headers/fetch-effect.js"
import { type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import type { PageCache } from "./page-cache.js"
import type { PageCacheOptions } from "./page-options.js"
import { siteCache, viewCache } from "./view-and-site.js"

export { purgeHandler } from "./fetch/purge-endpoint.js"
export type { FetchHandler, FetchWrapper } from "./headers/fetch-effect.js"
export type { PurgeHandlerOptions } from "./purge-request.js"

/**
 * Caches the pages of one handler for a time, like Django's `cache_page`: `cachePage("15m", { cache })(handler)`. The
 * timeout overrides the freshness of the response; `no-store`, `private` and the like still apply.
 */
export function cachePage(timeout: Timeout, options: Omit<PageCacheOptions, "timeout">): FetchWrapper {
  return cachedBy(viewCache(timeout, options))
}

/**
 * Caches all pages that state their freshness; unsafe requests, such as POST, invalidate the pages of their URL:
 * `cacheSite({ cache })(handler)`.
 */
export function cacheSite(options: PageCacheOptions): FetchWrapper {
  return cachedBy(siteCache(options))
}

/** Caches pages with a `PageCache` that you create, and can purge. */
export function cachedBy(pages: PageCache): FetchWrapper {
  return (handler) =>
    (request, ...rest) => {
      const responding = respondThrough(pages, request, (seen) => handler(seen, ...rest))
      const waiter = waiterIn(rest)
      return waiter === undefined
        ? responding
        : responding.then((response) => {
            waiter.waitUntil(pages.settled())
            return response
          })
    }
}

interface Waiter {
  waitUntil(work: Promise<unknown>): void
}

/** The execution context of a platform that ends the process after the response, if it was handed over. */
function waiterIn(rest: readonly unknown[]): Waiter | undefined {
  return rest.find(
    (part): part is Waiter =>
      typeof part === "object" && part !== null && "waitUntil" in part && typeof part.waitUntil === "function",
  )
}

const helpers = headerHelpers<Request, FetchWrapper>(effectFetchWrapper)

export const cacheControl: HeaderHelpers<Request, FetchWrapper>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<Request, FetchWrapper>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<Request, FetchWrapper>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<Request, FetchWrapper>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<Request, FetchWrapper>["conditional"] = helpers.conditional
