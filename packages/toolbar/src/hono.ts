import type { Context, MiddlewareHandler } from "hono"
import { clientAddress } from "./client-address.js"
import { withoutHiddenHeaders, withPanel } from "./fetch-panel.js"
import { Toolbar, type ToolbarOptions } from "./toolbar.js"

export type { ToolbarOptions } from "./toolbar.js"

/**
 * Adds the toolbar to the pages of an application: `app.use(toolbar())`, before the page cache.
 *
 * The address of a client is known with `@hono/node-server`; elsewhere, `authorize` is needed for anybody to see a panel. Throws
 * a `ConfigurationError` for options that cannot work.
 */
export function toolbar(options: ToolbarOptions<Context> = {}): MiddlewareHandler {
  const shown = Toolbar.for(options)
  if (shown === undefined) return (_context, next) => next()
  return async (context, next) => {
    const { method, raw } = context.req
    const seen = {
      method,
      address: clientAddress(context.env),
      header: (name: string) => raw.headers.get(name) ?? undefined,
    }
    if (!(await shown.admits(context, seen))) return next()
    await shown.record(async (log, close) => {
      try {
        context.req.raw = withoutHiddenHeaders(raw)
        await next()
        const response = await withPanel(context.res, log, close)
        if (response === context.res) return
        // Hono merges the headers of the current response into its replacement, unless it is cleared first.
        context.res = undefined
        context.res = response
      } catch (error) {
        close()
        throw error
      }
    })
  }
}
