import type { HeaderLines } from "../engine/header-lines.js"
import type { PageCache, PageLookup } from "../page-cache.js"
import { attachControl, attachedControl, type PageControl } from "../page-control.js"
import type { PageResponse } from "../page-exchange.js"
import type { PageFill } from "../page-fill.js"
import type { LookupContext } from "../visit.js"
import { interceptHead } from "./head-interception.js"
import type { NodeRequest, NodeResponse } from "./node-message.js"
import { canRedispatch, dispatchedFill, redispatch } from "./redispatch.js"
import { hideParsedCookies, overrideRequest } from "./request-overrides.js"
import { NodePageRequest, type RequestOrigin } from "./request-view.js"
import { isAlive, type ResponseRecording, recordResponse } from "./response-recording.js"

/** A framework's request and response. */
export interface Exchange {
  readonly request: NodeRequest
  readonly response: NodeResponse
  readonly origin?: RequestOrigin | undefined
  /** Other objects that the framework passes to handlers, for which `cacheOf` works too. */
  readonly handles?: readonly object[]
  /** True if adding a property to the request would be expensive. */
  readonly untouched?: boolean
  /** See `recordResponse`. */
  readonly hijacked?: () => boolean
  /** The headers set so far, if the framework does not keep them on the response. */
  readonly before?: () => HeaderLines
}

/** What an entry does next: send a complete response, or run the handler, whose response is recorded. */
export interface Entrance {
  readonly answer?: PageResponse
  readonly recording?: ResponseRecording
}

/** A page cache in a Node application: what the middleware of all frameworks has in common. */
export class PageLayer {
  readonly #pages: PageCache

  constructor(pages: PageCache) {
    this.#pages = pages
  }

  /** Synchronous if the lookup is. */
  enter(exchange: Exchange): Entrance | Promise<Entrance> {
    const { request, origin } = exchange
    const dispatched = dispatchedFill(request, this)
    if (dispatched !== undefined) {
      // Another page cache dispatched this run and records it.
      return dispatched.fill === undefined ? {} : this.#record(exchange, dispatched.fill)
    }
    const page = new NodePageRequest(request, origin)
    const found = this.#pages.lookup(page, new NodeLookupContext(this, exchange, page))
    return found instanceof Promise
      ? found.then((one) => this.#entranceOf(exchange, page, one))
      : this.#entranceOf(exchange, page, found)
  }

  #entranceOf(exchange: Exchange, page: NodePageRequest, found: PageLookup): Entrance {
    if (found.response === undefined) {
      if (found.fill.control.outcome === "bypass") return this.#pass(exchange, found.fill)
      page.keepHeaders()
      return this.#record(exchange, found.fill)
    }
    attach(exchange, found.control)
    return { answer: found.response }
  }

  /** Only the head of the response changes. */
  #pass(exchange: Exchange, fill: PageFill): Entrance {
    attach(exchange, fill.control)
    interceptHead(exchange.response, (status, headers) => fill.head(status, headers))
    return {}
  }

  #record(exchange: Exchange, fill: PageFill): Entrance {
    const { request, response, hijacked, before, handles = [] } = exchange
    attach(exchange, fill.control)
    overrideRequest(request, fill)
    hideParsedCookies([request, ...handles], fill)
    const method = request.method ?? "GET"
    return { recording: recordResponse(response, fill, { method, hijacked, before: before?.() }) }
  }
}

/** Computes what a lookup asks for on demand; a hit needs little of it. */
class NodeLookupContext implements LookupContext {
  readonly #layer: PageLayer
  readonly #exchange: Exchange
  readonly #page: NodePageRequest

  constructor(layer: PageLayer, exchange: Exchange, page: NodePageRequest) {
    this.#layer = layer
    this.#exchange = exchange
    this.#page = page
  }

  get outer(): PageControl | undefined {
    return attachedControl(this.#exchange.request)
  }

  get gone(): boolean {
    return !isAlive(this.#exchange.response)
  }

  get refresh(): LookupContext["refresh"] {
    const { request } = this.#exchange
    if (!canRedispatch(request)) return undefined
    return (fill, headers) => redispatch(request, { page: this.#page, layer: this.#layer, fill, headers })
  }
}

function attach({ request, handles = [], untouched }: Exchange, control: PageControl): void {
  attachControl(request, control, untouched)
  for (const handle of handles) attachControl(handle, control)
}
