import type { Context, MiddlewareHandler } from "hono"
import { requestHeadOf, withoutHiddenHeaders } from "./fetch-message.js"
import { withPanel } from "./fetch-panel.js"
import { Toolbar, type ToolbarOptions } from "./toolbar.js"

export type { ToolbarOptions } from "./toolbar.js"

/**
 * Adds the toolbar to the pages of an application: `app.use(toolbar())`, before the page cache.
 *
 * Without `authorize`, panels are only shown with `@hono/node-server`, which passes the address of the client. Throws a
 * `ConfigurationError` for invalid options.
 */
export function toolbar(options: ToolbarOptions<Context> = {}): MiddlewareHandler {
  const shown = Toolbar.for(options)
  if (shown === undefined) return (_context, next) => next()
  return async (context, next) => {
    const { raw } = context.req
    if (!(await shown.admits(context, requestHeadOf(raw, [context.env])))) return next()
    await shown.record(async (log, close) => {
      try {
        context.req.raw = withoutHiddenHeaders(raw)
        await next()
        const response = await withPanel(context.res, log, close)
        if (response === context.res) return
        // Clear the response first: otherwise Hono merges its headers into the new one.
        context.res = undefined
        context.res = response
      } catch (error) {
        close()
        throw error
      }
    })
  }
}
