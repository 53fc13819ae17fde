import { requestHeadOf, withoutHiddenHeaders } from "./fetch-message.js"
import { withPanel } from "./fetch-panel.js"
import { Toolbar, type ToolbarOptions } from "./toolbar.js"

export type { ToolbarOptions } from "./toolbar.js"

/** A Fetch handler: the function that `serve` of a platform or framework takes. */
export type FetchHandler<Rest extends readonly unknown[]> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>

/**
 * Adds the toolbar to the pages of a handler, outside the page cache: `toolbar()(cacheSite({ cache })(handler))`. Returns the
 * handler itself if the toolbar is off.
 *
 * A `Request` does not have the address of its client. Without `authorize`, panels are only shown if the platform passes
 * Node's request, as `@hono/node-server` does. Throws a `ConfigurationError` for invalid options.
 */
export function toolbar(
  options: ToolbarOptions<Request> = {},
): <Rest extends readonly unknown[]>(handler: FetchHandler<Rest>) => FetchHandler<Rest> {
  const shown = Toolbar.for(options)
  return (handler) => {
    if (shown === undefined) return handler
    return async (request, ...rest) => {
      if (!(await shown.admits(request, requestHeadOf(request, rest)))) return handler(request, ...rest)
      return shown.record(async (log, close) => {
        try {
          return await withPanel(await handler(withoutHiddenHeaders(request), ...rest), log, close)
        } catch (error) {
          close()
          throw error
        }
      })
    }
  }
}
