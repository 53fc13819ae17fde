import { ConfigurationError } from "@larder/core"
import { accessBy } from "../access.js"
import type { NodeRequest, NodeResponse } from "../node-message.js"
import { warnOnce } from "../warn-once.js"
import { type CacheList, namedCaches } from "./cache-list.js"
import { type HttpResponse, jsonResponse, pageResponse, textResponse } from "./http-response.js"
import { type DashboardStats, StatsCollector } from "./stats.js"

/** The options of a dashboard. `Incoming` is the request that its handler receives: of Node, a framework, or Fetch. */
export interface DashboardOptions<Incoming> {
  /** The result of `createCaches`, or a list of caches. Caches not built yet are built by the first request. */
  readonly caches: CacheList
  /** Returns true if the request may see the dashboard. Any other result, or an error, is a 403. Required. */
  readonly authorize: (request: Incoming) => boolean | Promise<boolean>
  /** The path of the page. Default: `"/"`, which also suits frameworks that strip the mount path. */
  readonly path?: string
}

/** The target of a request. Paths are without the query. */
interface Target {
  readonly method: string | undefined
  /** Compared with the `path` option. */
  readonly path: string
  /** The path that the client sent, as far as known. Links are relative to it. */
  readonly sentPath: string
}

/** The part of a Node response that is used. */
type SendingResponse = Pick<NodeResponse, "headersSent" | "writeHead" | "end">

const optionNames: Readonly<Record<keyof DashboardOptions<never>, true>> = { caches: true, authorize: true, path: true }

/**
 * A page for operators with live figures of the caches of this process and of their stores, also served as `stats.json`. It
 * counts operations from its creation until `close`, which enables tracing.
 *
 * Mount one of its handlers: `app.use("/larder", dashboard.listener)`. The constructor throws a `ConfigurationError` for
 * invalid options, or if `authorize` is missing.
 */
export class Dashboard<Incoming extends NodeRequest | Request = NodeRequest | Request> {
  /** For node:http, node:http2, Express, and everything else that has Node's request and response. */
  readonly listener: (request: Incoming & NodeRequest, response: SendingResponse) => void
  /** For Fetch handlers, such as Hono's with `context.req.raw`. */
  readonly fetch: (request: Incoming & Request) => Promise<Response>
  readonly #authorize: (request: Incoming) => Promise<boolean>
  readonly #stats: StatsCollector
  /** Without a trailing slash. */
  readonly #path: string
  #isClosed = false

  constructor(options: DashboardOptions<Incoming>) {
    checkOptions(options)
    const { caches, authorize, path = "/" } = options
    this.#authorize = accessBy(authorize)
    this.#path = path.replace(/\/+$/, "")
    this.#stats = new StatsCollector(namedCaches(caches))
    this.listener = (request, response) => {
      const { method, url = "/" } = request
      const sentPath = withoutQuery(originalUrlOf(request) ?? url)
      const target = { method, path: this.#path === "" ? withoutQuery(url) : sentPath, sentPath }
      void this.#respond(request, target).then((answer) => send(response, answer, method))
    }
    this.fetch = async (request) => {
      const { method } = request
      const path = new URL(request.url).pathname
      const { status, headers, body } = await this.#respond(request, { method, path, sentPath: path })
      return new Response(method === "HEAD" ? null : body, { status, headers })
    }
  }

  /** The current figures. Resolves within about a second, even if a store does not respond. */
  stats(): Promise<DashboardStats> {
    return this.#stats.collect()
  }

  /** Stops counting. Later requests get a 503. */
  close(): void {
    this.#isClosed = true
    this.#stats.stop()
  }

  /** Never rejects. */
  async #respond(request: Incoming, target: Target): Promise<HttpResponse> {
    try {
      return await this.#answer(request, target)
    } catch (error) {
      warnOnce("The dashboard could not be shown", error)
      return textResponse(500, "The dashboard could not be shown")
    }
  }

  async #answer(request: Incoming, { method, path, sentPath }: Target): Promise<HttpResponse> {
    // First, so that unauthorized clients do not even learn which paths exist.
    if (!(await this.#authorize(request))) return textResponse(403, "Forbidden")
    if (this.#isClosed) return textResponse(503, "The dashboard is closed")
    if (method !== "GET" && method !== "HEAD") {
      return textResponse(405, "The dashboard is read-only", { allow: "GET, HEAD" })
    }
    switch (path.startsWith(this.#path) ? path.slice(this.#path.length) : undefined) {
      case "":
      case "/":
        return pageResponse(await this.stats(), statsHrefFrom(sentPath))
      case "/stats.json":
        return jsonResponse(await this.stats())
      default:
        return textResponse(404, "Not found")
    }
  }
}

function checkOptions<Incoming>(options: DashboardOptions<Incoming>): void {
  const { authorize, path = "/" } = options
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(optionNames, name))
  if (unknown !== undefined) throw new ConfigurationError(`A dashboard has no option ${JSON.stringify(unknown)}`)
  if (authorize === undefined) {
    throw new ConfigurationError("A dashboard needs authorize: (request) => boolean, which decides who may see it")
  }
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw new ConfigurationError(`path must begin with a slash; got ${JSON.stringify(path)}`)
  }
}

/** The whole URL path, if a framework has stripped the mount path from `url`. */
function originalUrlOf(request: NodeRequest): string | undefined {
  return "originalUrl" in request && typeof request.originalUrl === "string" ? request.originalUrl : undefined
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, "")
}

/** Relative to the page, whose path may end in a slash. The dot prevents a colon in the name from being read as a scheme. */
function statsHrefFrom(pagePath: string): string {
  return `./${pagePath.slice(pagePath.lastIndexOf("/") + 1)}/stats.json`.replace("//", "/")
}

function send(response: SendingResponse, { status, headers, body }: HttpResponse, method: string | undefined): void {
  // Another handler has responded meanwhile, such as a timeout middleware.
  if (response.headersSent) return
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) })
  response.end(method === "HEAD" ? undefined : body)
}
