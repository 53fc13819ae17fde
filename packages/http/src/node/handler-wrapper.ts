import type { IncomingMessage, ServerResponse } from "node:http"
import type { HeaderEffect } from "../headers/header-effect.js"
import { changeHead } from "./head-change.js"
import { resetMessage } from "./head-interception.js"
import type { NodeRequest, NodeResponse } from "./node-message.js"
import type { Entrance, PageLayer } from "./page-layer.js"
import { NodePageRequest, type RequestOrigin } from "./request-view.js"
import { sendPage } from "./send-page.js"

/** A request handler: a listener for `createServer`, or a controller method. */
export type NodeHandler<This, Request, Response> = (this: This, request: Request, response: Response) => unknown

/** An Express or Connect application, which is a function for `createServer`. */
export interface HandlerApplication {
  (request: IncomingMessage, response: ServerResponse): unknown
  use(...given: never): unknown
}

/**
 * Wraps a handler of node:http, or an application that is one. Also a decorator (`@cachePage("5m", { cache })`) for methods
 * that take a request and a response.
 */
export interface HandlerWrapper {
  // Applications also accept their own kinds of requests, which no server passes.
  (application: HandlerApplication): (request: IncomingMessage, response: ServerResponse) => Promise<void>
  <This, Request extends NodeRequest, Response extends NodeResponse>(
    handler: NodeHandler<This, Request, Response>,
    context?: ClassMethodDecoratorContext<This>,
  ): (this: This, request: Request, response: Response) => Promise<void>
}

export interface HandlerWrapperOptions {
  /**
   * Returns the origin that a request was addressed to, which is part of the page's key. Default: that of the connection (TLS
   * or not, and the host that the client named). Behind a proxy that terminates TLS, read the headers that it sets, but only
   * if clients cannot reach the server directly.
   */
  readonly origin?: ((request: NodeRequest) => RequestOrigin) | undefined
  /** Called with what a handler throws; the client gets a 500. Default: `console.error`. */
  readonly onError?: ((error: unknown, request: NodeRequest) => void) | undefined
}

/** The page cache around handlers of node:http. */
export function pageWrapper(layer: PageLayer, { origin, onError = printError }: HandlerWrapperOptions): HandlerWrapper {
  return <This, Request extends NodeRequest, Response extends NodeResponse>(
    handler: NodeHandler<This, Request, Response>,
  ) =>
    async function (this: This, request: Request, response: Response): Promise<void> {
      let entrance: Entrance = {}
      try {
        const entering = layer.enter({ request, response, origin: origin?.(request) })
        // A hit from memory is sent synchronously.
        entrance = entering instanceof Promise ? await entering : entering
        if (entrance.answer === undefined) await handler.call(this, request, response)
        else sendPage(response, entrance.answer)
      } catch (error) {
        const lastGood = entrance.recording?.fail(error)
        if (lastGood !== undefined) sendPage(response, lastGood)
        else answerError(response)
        onError(error, request)
      }
    }
}

/** Does not print the request, which is long and has cookies. */
function printError(error: unknown): void {
  console.error(error)
}

/** A header helper around handlers of node:http. */
export function effectWrapper(effect: HeaderEffect<NodeRequest>): HandlerWrapper {
  return <This, Request extends NodeRequest, Response extends NodeResponse>(
    handler: NodeHandler<This, Request, Response>,
  ) =>
    async function (this: This, request: Request, response: Response): Promise<void> {
      const method = request.method ?? "GET"
      const made = await effect(request, { method, headers: new NodePageRequest(request) })
      if ("status" in made) sendPage(response, made)
      else {
        changeHead(response, made)
        await handler.call(this, request, response)
      }
    }
}

/** Sends a 500 without the handler's headers, or destroys the response if only a part of it has been sent. */
export function answerError(response: NodeResponse): void {
  if (response.writableEnded) return
  if (response.headersSent) response.destroy()
  else {
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    resetMessage(response)
    response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" })
    response.end("Internal Server Error")
  }
}
