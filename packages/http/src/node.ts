import type { Timeout } from "@larder/core"
import { type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import {
  answerError,
  effectWrapper,
  type HandlerWrapper,
  type HandlerWrapperOptions,
  pageWrapper,
} from "./node/handler-wrapper.js"
import type { NodeRequest, NodeResponse } from "./node/node-message.js"
import { PageLayer } from "./node/page-layer.js"
import { purgeRequestOf } from "./node/purge-request.js"
import { sendPage } from "./node/send-page.js"
import type { PageCache } from "./page-cache.js"
import type { PageCacheOptions } from "./page-options.js"
import { answerPurgeRequest, checkPurgeOptions, type PurgeHandlerOptions } from "./purge-request.js"
import { siteCache, viewCache } from "./view-and-site.js"

export type { HandlerApplication, HandlerWrapper, HandlerWrapperOptions, NodeHandler } from "./node/handler-wrapper.js"
export type { NodeRequest, NodeResponse } from "./node/node-message.js"
export { isRevalidation } from "./node/redispatch.js"
export type { RequestOrigin } from "./node/request-view.js"
export type { PurgeHandlerOptions } from "./purge-request.js"

/**
 * Caches the pages of one handler for a time, like Django's `cache_page`: `cachePage("15m", { cache })(handler)`. The
 * timeout overrides the freshness of the response; `no-store`, `private` and the like still apply.
 */
export function cachePage(
  timeout: Timeout,
  { origin, onError, ...options }: Omit<PageCacheOptions, "timeout"> & HandlerWrapperOptions,
): HandlerWrapper {
  return cachedBy(viewCache(timeout, options), { origin, onError })
}

/**
 * Caches all pages that state their freshness; unsafe requests, such as POST, invalidate the pages of their URL:
 * `createServer(cacheSite({ cache })(handler))`.
 */
export function cacheSite({ origin, onError, ...options }: PageCacheOptions & HandlerWrapperOptions): HandlerWrapper {
  return cachedBy(siteCache(options), { origin, onError })
}

/** Caches pages with a `PageCache` that you create, and can purge. */
export function cachedBy(pages: PageCache, options: HandlerWrapperOptions = {}): HandlerWrapper {
  return pageWrapper(new PageLayer(pages), options)
}

/**
 * Purges the pages that a POST specifies in JSON, with `{ "url": … }`, `{ "tag": … }` or `{ "prefix": … }`:
 * `purgeHandler(pages, { authorize })`. Requests that `authorize` rejects get a 403.
 */
export function purgeHandler(
  pages: PageCache,
  options: PurgeHandlerOptions<NodeRequest>,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  checkPurgeOptions(options)
  return async (request, response) => {
    try {
      sendPage(
        response,
        await answerPurgeRequest(
          pages,
          purgeRequestOf(request, () => options.authorize(request)),
        ),
      )
    } catch (error) {
      answerError(response)
      console.error(error)
    }
  }
}

const helpers: HeaderHelpers<NodeRequest, HandlerWrapper> = headerHelpers(effectWrapper)

export const cacheControl: HeaderHelpers<NodeRequest, HandlerWrapper>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<NodeRequest, HandlerWrapper>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<NodeRequest, HandlerWrapper>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<NodeRequest, HandlerWrapper>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<NodeRequest, HandlerWrapper>["conditional"] = helpers.conditional
