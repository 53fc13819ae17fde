import type { Timeout } from "@larder/core"

export { type PurgeHandlerOptions, purgeHandler } from "./fetch/purge-endpoint.js"
export { cacheOf } from "./page-control.js"

import { respondThrough } from "./fetch/respond-through.js"
import { PageCache } from "./page-cache.js"
import type { PageCacheOptions } from "./page-options.js"

/** A handler of a platform with `Request` and `Response`, with whatever it hands over beside the request. */
export type FetchHandler<Rest extends readonly unknown[] = readonly []> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>

/** Puts a handler behind a page cache. */
export type FetchDecorator = <Rest extends readonly unknown[]>(
  handler: FetchHandler<Rest>,
) => (request: Request, ...rest: Rest) => Promise<Response>

/**
 * Caches the pages of one handler for a time, as Django's `cache_page`: `cachePage("15m", { cache })(handler)`. What a
 * response says of its freshness is outranked; what it says against being stored stands.
 */
export function cachePage(timeout: Timeout, options: Omit<PageCacheOptions, "timeout">): FetchDecorator {
  return cachedBy(new PageCache({ downstream: "django", ...options, timeout }))
}

/**
 * Caches all pages that say how long they are fresh, and lets those go whose URL is written to:
 * `cacheSite({ cache })(handler)`.
 */
export function cacheSite(options: PageCacheOptions): FetchDecorator {
  return cachedBy(new PageCache({ invalidate: true, ...options }))
}

/** The same for a page cache of one's own making, which can then be asked to purge. */
export function cachedBy(pages: PageCache): FetchDecorator {
  return (handler) =>
    async (request, ...rest) => {
      const response = await respondThrough(pages, request, (seen) => handler(seen, ...rest))
      waiterIn(rest)?.waitUntil(pages.settled())
      return response
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
