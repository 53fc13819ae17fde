import type { NextFunction, Request, Response } from "express"
import { enter } from "./node-toolbar.js"
import { Toolbar, type ToolbarOptions } from "./toolbar.js"

export type { ToolbarOptions } from "./toolbar.js"

/** Express middleware. */
export type Middleware = (request: Request, response: Response, next: NextFunction) => unknown

/**
 * Adds the toolbar to the pages of an application: `app.use(toolbar())`, before the page cache.
 *
 * Throws a `ConfigurationError` for invalid options, such as `enabled` in production without `authorize`.
 */
export function toolbar(options: ToolbarOptions<Request> = {}): Middleware {
  const shown = Toolbar.for(options)
  if (shown === undefined) return (_request, _response, next) => next()
  return (request, response, next) => enter(shown, { request, incoming: request, response }, next)
}
