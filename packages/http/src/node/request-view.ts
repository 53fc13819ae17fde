import type { IncomingHttpHeaders } from "node:http"
import type { RequestHeaders } from "../engine/header-lines.js"
import type { PageRequest } from "../page-exchange.js"
import type { NodeRequest } from "./node-message.js"
import { ownProperty } from "./own-shapes.js"

/** The origin of a request's URL, from a source that the client cannot forge. */
export interface RequestOrigin {
  /** `http` or `https`. */
  readonly scheme: string
  /** Host and port: `example.com:8080`. */
  readonly authority: string
}

/** The page cache's view of a Node request. */
export class NodePageRequest implements PageRequest, RequestHeaders {
  readonly method: string
  readonly scheme: string
  readonly authority: string
  readonly target: string
  readonly #request: NodeRequest
  #headers: IncomingHttpHeaders

  constructor(request: NodeRequest, origin?: RequestOrigin) {
    const { headers } = request
    const { scheme, authority } = origin ?? connectionOrigin(request, headers)
    this.method = ownProperty(request, "method") ?? "GET"
    this.scheme = scheme
    this.authority = authority.toLowerCase()
    this.target = originalUrlOf(request)
    this.#request = request
    this.#headers = headers
  }

  /** Copies the headers, before they are changed for the handler. */
  keepHeaders(): void {
    this.#headers = { ...this.#headers }
  }

  get headers(): RequestHeaders {
    return this
  }

  get(name: string): string | undefined {
    const value = this.#headers[name]
    // Names such as "constructor" are inherited from Object.prototype.
    if (typeof value === "string") return value
    return Array.isArray(value) ? value.join(", ") : undefined
  }

  lacks(names: ReadonlySet<string>): boolean {
    for (const name in this.#headers) if (names.has(name)) return false
    return true
  }

  get hasBody(): boolean {
    const { ":method": method, "content-length": length, "transfer-encoding": encoding } = this.#headers
    const request = this.#request
    // HTTP/2 headers include `:method`, and need not announce a body.
    if (method !== undefined && "stream" in request) return !request.stream.endAfterHeaders
    return encoding !== undefined || (length !== undefined && Number(length) !== 0)
  }
}

/** From the connection (TLS or not) and the requested authority. Ignores forwarded headers. */
export function connectionOrigin(request: NodeRequest, headers: IncomingHttpHeaders): RequestOrigin {
  const socket = ownProperty(request, "socket")
  const { ":authority": authority, host } = headers
  return {
    scheme: "encrypted" in socket && socket.encrypted === true ? "https" : "http",
    authority: typeof authority === "string" ? authority : (host ?? ""),
  }
}

/** The URL before a router stripped its own path. */
export function originalUrlOf(request: NodeRequest & { readonly originalUrl?: unknown }): string {
  const originalUrl = ownProperty(request, "originalUrl")
  return typeof originalUrl === "string" ? originalUrl : (ownProperty(request, "url") ?? "/")
}
