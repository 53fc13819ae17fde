import { clientAddress } from "./client-address.js"
import { withoutHiddenHeaders, withPanel } from "./fetch-panel.js"
import { Toolbar, type ToolbarOptions } from "./toolbar.js"

export type { ToolbarOptions } from "./toolbar.js"

/** A Fetch handler: what `serve` of a framework or a platform takes. */
export type FetchHandler<Rest extends readonly unknown[]> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>

/**
 * Adds the toolbar to the pages of a handler: `toolbar()(cacheSite({ cache })(handler))`. It goes around the page cache. Where it
 * is off, it returns the handler itself.
 *
 * A `Request` does not say where it comes from. Unless the platform passes Node's request, as `@hono/node-server` does,
 * `authorize` is needed for anybody to see a panel. Throws a `ConfigurationError` for options that cannot work.
 */
export function toolbar(
  options: ToolbarOptions<Request> = {},
): <Rest extends readonly unknown[]>(handler: FetchHandler<Rest>) => FetchHandler<Rest> {
  const shown = Toolbar.for(options)
  return (handler) => {
    if (shown === undefined) return handler
    return async (request, ...rest) => {
      const { headers, method } = request
      const address = rest.map(clientAddress).find((known) => known !== undefined)
      const seen = { method, address, header: (name: string) => headers.get(name) ?? undefined }
      if (!(await shown.admits(request, seen))) return handler(request, ...rest)
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
