import type { PageCache } from "../page-cache.js"
import { answerPurgeRequest, checkPurgeOptions, type PurgeHandlerOptions } from "../purge-request.js"
import { toResponse } from "./page-response.js"

/**
 * A handler that purges what a POST specifies in JSON: `{ "url": … }`, `{ "tag": … }` or `{ "prefix": … }`. Throws a
 * `TypeError` without `authorize`.
 */
export function purgeHandler(pages: PageCache, options: PurgeHandlerOptions): (request: Request) => Promise<Response> {
  checkPurgeOptions(options)
  return async (request) =>
    toResponse(
      await answerPurgeRequest(pages, {
        method: request.method,
        authorize: () => options.authorize(request),
        body: () => request.body ?? [],
      }),
    )
}
