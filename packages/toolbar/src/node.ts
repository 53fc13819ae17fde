import type { NodeRequest, NodeResponse } from "./node-message.js"
import { enter } from "./node-toolbar.js"
import { Toolbar, type ToolbarOptions } from "./toolbar.js"

export type { NodeRequest, NodeResponse } from "./node-message.js"
export type { ToolbarOptions } from "./toolbar.js"

/** A listener for `createServer` of node:http, node:https or node:http2. */
export type NodeHandler<Request, Response> = (request: Request, response: Response) => unknown

/**
 * Adds the toolbar to the pages of a listener, outside the page cache: `createServer(toolbar()(cacheSite({ cache })(handler)))`.
 * Returns the listener itself if the toolbar is off.
 *
 * Throws a `ConfigurationError` for invalid options, such as `enabled` in production without `authorize`.
 */
export function toolbar(
  options: ToolbarOptions<NodeRequest> = {},
): <Request extends NodeRequest, Response extends NodeResponse>(
  handler: NodeHandler<Request, Response>,
) => NodeHandler<Request, Response> {
  const shown = Toolbar.for(options)
  return (handler) => {
    if (shown === undefined) return handler
    return (request, response) =>
      enter(shown, { request, incoming: request, response }, () => handler(request, response))
  }
}
