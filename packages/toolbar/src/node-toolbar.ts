import { hideHeaders, type NodeRequest, type NodeResponse, seenRequest } from "./node-message.js"
import { addPanel } from "./node-panel.js"
import type { Toolbar } from "./toolbar.js"
import { warnOnce } from "./warn-once.js"

/** A framework's request, and Node's own request and response. */
export interface NodeExchange<Request> {
  /** For `authorize`. */
  readonly request: Request
  readonly incoming: NodeRequest
  readonly response: NodeResponse
}

/**
 * Runs what is further inside. If its response may get a panel, its cache calls are logged, until the response has been sent.
 * What it throws, or rejects with, is passed on.
 */
export async function enter<Request, Result>(
  toolbar: Toolbar<Request>,
  { request, incoming, response }: NodeExchange<Request>,
  inside: () => Result | PromiseLike<Result>,
): Promise<Result> {
  if (response.headersSent || !(await toolbar.admits(request, seenRequest(incoming)))) return inside()
  return toolbar.record((log, close) => {
    try {
      hideHeaders(incoming)
      addPanel(response, log)
    } catch (error) {
      warnOnce("The panel could not be added to a response", error)
    }
    response.once("finish", close)
    response.once("close", close)
    return inside()
  })
}
