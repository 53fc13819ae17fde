import { hideHeaders, type NodeRequest, type NodeResponse, requestHeadOf } from "./node-message.js"
import { addPanel } from "./node-panel.js"
import type { Toolbar } from "./toolbar.js"
import { warnOnce } from "./warn-once.js"

/** The framework's request, and the request and response of Node. */
export interface NodeExchange<Request> {
  /** The argument of `authorize`. */
  readonly request: Request
  readonly incoming: NodeRequest
  readonly response: NodeResponse
}

/**
 * Runs the application. If the response may get a panel, its cache calls are logged until the response has been sent. Rejects
 * with the errors of the application.
 */
export async function enter<Request, Result>(
  toolbar: Toolbar<Request>,
  { request, incoming, response }: NodeExchange<Request>,
  run: () => Result | PromiseLike<Result>,
): Promise<Result> {
  if (response.headersSent) return run()
  let isClosed = false
  response.once("close", () => {
    isClosed = true
  })
  // The client may disconnect meanwhile, after which no event would end the log.
  if (!(await toolbar.admits(request, requestHeadOf(incoming))) || isClosed) return run()
  return toolbar.record((log, close) => {
    try {
      hideHeaders(incoming)
      addPanel(response, log)
    } catch (error) {
      warnOnce("The panel could not be added to a response", error)
    }
    response.once("finish", close)
    response.once("close", close)
    return run()
  })
}
