import type { RequestHeaders } from "./engine/header-lines.js"
import { pageKey } from "./engine/page-key.js"
import type { Policy } from "./engine/policy.js"
import { classifyRequest, type RequestClass } from "./engine/request-class.js"
import { respond } from "./engine/respond.js"
import type { PageRequest } from "./page-exchange.js"

/** Empty headers that record which names were looked up. */
class AskedHeaders implements RequestHeaders {
  readonly names = new Set<string>()

  get(name: string): undefined {
    this.names.add(name)
    return undefined
  }
}

/** The headers of a plain request, as far as the engine reads them. */
export const noHeaders: RequestHeaders = { get: () => undefined }

/**
 * Recognises a plain GET: without a body and without any of the headers that the engine reads, whatever else a browser sends.
 * Most requests are plain. The engine classifies all of them alike, so this is done once, and the names that it looks up
 * in the process are those that make a request not plain.
 */
export class PlainRequests {
  /** The class of every plain request. */
  readonly asked: RequestClass
  readonly #telling: ReadonlySet<string>
  readonly #targetBytes: number

  constructor(policy: Policy) {
    const headers = new AskedHeaders()
    this.asked = classifyRequest({ ...anywhere, method: "GET", headers, hasBody: false }, policy)
    pageKey(anywhere, policy, headers)
    respond(anyPage, { head: false, headers }, policy, 0)
    this.#telling = headers.names
    this.#targetBytes = policy.targetBytes
  }

  include(request: PageRequest): boolean {
    return (
      request.method === "GET" &&
      request.headers.lacks?.(this.#telling) === true &&
      request.target.length <= this.#targetBytes &&
      !request.hasBody
    )
  }
}

const anywhere = { scheme: "", authority: "", target: "" }

const anyPage = {
  head: {
    status: 200,
    headers: [],
    responseTime: 0,
    vary: [],
    tags: [],
    removed: [],
    initialAge: 0,
    lifetime: 0,
    staleWhileRevalidate: 0,
    staleIfError: 0,
    mustRevalidate: false,
    noCache: false,
    forAuthorized: false,
  },
  body: new Uint8Array(0),
}
