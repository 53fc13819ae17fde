import type { Timeout } from "@larder/core"
import type { HeaderLines } from "../engine/header-lines.js"
import { PageCache, type PageLookup } from "../page-cache.js"
import { attachControl, attachedControl, type PageControl } from "../page-control.js"
import type { PageResponse } from "../page-exchange.js"
import type { PageFill } from "../page-fill.js"
import type { PageCacheOptions } from "../page-options.js"
import type { LookupContext } from "../visit.js"
import type { NodeRequest, NodeResponse } from "./node-message.js"
import { canRedispatch, dispatchedFill, redispatch } from "./redispatch.js"
import { hideParsedCookies, overrideRequest } from "./request-overrides.js"
import { NodePageRequest, type RequestOrigin } from "./request-view.js"
import { isAlive, type ResponseRecording, recordResponse } from "./response-recording.js"

/** A request and its response, as a framework holds them. */
export interface Exchange {
  readonly request: NodeRequest
  readonly response: NodeResponse
  readonly origin?: RequestOrigin | undefined
  /** What the framework gives to handlers, beside the request: `cacheOf` knows each of them. */
  readonly handles?: readonly object[]
  /** True if a property more would be dear on such a request. */
  readonly untouched?: boolean
  /** See `recordResponse`. */
  readonly hijacked?: () => boolean
  /** The headers that are set already, where the framework keeps them to itself. */
  readonly before?: () => HeaderLines
}

/** What an entry does next: send a whole answer, or run the handler, whose response is then recorded. */
export interface Entrance {
  readonly answer?: PageResponse
  readonly recording?: ResponseRecording
}

/** One page cache in an application of Node: what the middleware of all frameworks does. */
export class PageLayer {
  readonly #pages: PageCache

  constructor(pages: PageCache) {
    this.#pages = pages
  }

  /** For one view: its timeout outranks the freshness that responses state. */
  static forPage(timeout: Timeout, options: Omit<PageCacheOptions, "timeout">): PageLayer {
    return new PageLayer(new PageCache({ downstream: "django", ...options, timeout }))
  }

  /** For a whole site: pages say how long they are fresh, and go when something is written to their URL. */
  static forSite(options: PageCacheOptions): PageLayer {
    return new PageLayer(new PageCache({ invalidate: true, ...options }))
  }

  /** At once where the page cache has the answer at once. */
  enter(exchange: Exchange): Entrance | Promise<Entrance> {
    const { request, origin } = exchange
    const dispatched = dispatchedFill(request, this)
    if (dispatched !== undefined) {
      // Another page cache wants to see this run to its end.
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
      page.keepHeaders()
      return this.#record(exchange, found.fill)
    }
    attach(exchange, found.control)
    return { answer: found.response }
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

/** Finds out only what a lookup asks for, which for a hit is little. */
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
