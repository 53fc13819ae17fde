import type { Context, Middleware } from "koa"
import { enter } from "./node-toolbar.js"
import { Toolbar, type ToolbarOptions } from "./toolbar.js"

export type { ToolbarOptions } from "./toolbar.js"

/**
 * Adds the toolbar to the pages of an application: `app.use(toolbar())`, before the page cache.
 *
 * Throws a `ConfigurationError` for invalid options, such as `enabled` in production without `authorize`.
 */
export function toolbar(options: ToolbarOptions<Context> = {}): Middleware {
  const shown = Toolbar.for(options)
  if (shown === undefined) return (_context, next) => next()
  return (context, next) => enter(shown, { request: context, incoming: context.req, response: context.res }, next)
}
