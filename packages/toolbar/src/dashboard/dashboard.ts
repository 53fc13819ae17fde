import { ConfigurationError } from "@larder/core"
import { accessBy } from "../access.js"
import type { NodeRequest, NodeResponse } from "../node-message.js"
import { type Answer, jsonAnswer, pageAnswer, plainAnswer } from "./answer.js"
import { type CacheList, namedCaches } from "./cache-list.js"
import { type DashboardStats, StatsCollector } from "./stats.js"

/** The options of a dashboard. `Incoming` is what its handler receives: the request of Node, of a framework, or of Fetch. */
export interface DashboardOptions<Incoming> {
  /** What `createCaches` returned, or a list of caches. Those that are not in use yet are built when somebody looks. */
  readonly caches: CacheList
  /** Returns true for requests that may see the dashboard. Anything else, an error included, is a 403. Required. */
  readonly authorize: (request: Incoming) => boolean | Promise<boolean>
  /** The path of the page. Default: `"/"`, which suits a framework that cuts off the path at which it is mounted. */
  readonly path?: string
}

/** What a request asks for. Paths have no query. */
interface Target {
  readonly method: string | undefined
  /** What `path` is compared with. */
  readonly path: string
  /** What the client sent, as far as known, so that links are right. */
  readonly sentPath: string
}

/** What it needs of a response. */
type SendingResponse = Pick<NodeResponse, "headersSent" | "writeHead" | "end">

const optionNames: Readonly<Record<keyof DashboardOptions<never>, true>> = { caches: true, authorize: true, path: true }

/**
 * A page for operators: what the caches of this process do, live, and what their stores say of themselves. `stats.json` beside
 * it has the same figures. It counts from its creation until `close`; meanwhile operations are traced.
 *
 * One of its handlers has to be mounted: `app.use("/larder", dashboard.listener)`. Throws a `ConfigurationError` without
 * `authorize`, and for options that cannot work.
 */
export class Dashboard<Incoming extends NodeRequest | Request = NodeRequest | Request> {
  /** For node:http, node:http2, Express, and all that have the request and the response of Node. */
  readonly listener: (request: Incoming & NodeRequest, response: SendingResponse) => void
  /** For Fetch handlers, such as Hono's with `context.req.raw`. */
  readonly fetch: (request: Incoming & Request) => Promise<Response>
  readonly #authorize: (request: Incoming) => Promise<boolean>
  readonly #stats: StatsCollector
  /** Without a slash at its end. */
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
      void this.#answer(request, target).then((answer) => send(response, answer, method))
    }
    this.fetch = async (request) => {
      const { method } = request
      const path = new URL(request.url).pathname
      const { status, headers, body } = await this.#answer(request, { method, path, sentPath: path })
      return new Response(method === "HEAD" ? null : body, { status, headers })
    }
  }

  /** The figures of this moment. Resolves within about a second, whatever the stores do. */
  stats(): Promise<DashboardStats> {
    return this.#stats.collect()
  }

  /** Stops counting, and asking. Later requests get a 503. */
  close(): void {
    this.#isClosed = true
    this.#stats.stop()
  }

  async #answer(request: Incoming, { method, path, sentPath }: Target): Promise<Answer> {
    // First of all: who may not see it learns nothing, not even which paths there are.
    if (!(await this.#authorize(request))) return plainAnswer(403, "Forbidden")
    if (this.#isClosed) return plainAnswer(503, "The dashboard is closed")
    if (method !== "GET" && method !== "HEAD") {
      return plainAnswer(405, "The dashboard can only be read", { allow: "GET, HEAD" })
    }
    switch (path.startsWith(this.#path) ? path.slice(this.#path.length) : undefined) {
      case "":
      case "/":
        return pageAnswer(await this.stats(), statsHrefFrom(sentPath))
      case "/stats.json":
        return jsonAnswer(await this.stats())
      default:
        return plainAnswer(404, "Not found")
    }
  }
}

function checkOptions<Incoming>(options: DashboardOptions<Incoming>): void {
  const { authorize, path = "/" } = options
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(optionNames, name))
  if (unknown !== undefined) throw new ConfigurationError(`A dashboard has no option ${JSON.stringify(unknown)}`)
  if (authorize === undefined) {
    throw new ConfigurationError("A dashboard needs authorize: (request) => boolean, which says who may see it")
  }
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw new ConfigurationError(`path must begin with a slash; got ${JSON.stringify(path)}`)
  }
}

/** The whole path, where a framework has cut off the one at which it is mounted. */
function originalUrlOf(request: NodeRequest): string | undefined {
  return "originalUrl" in request && typeof request.originalUrl === "string" ? request.originalUrl : undefined
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, "")
}

/** From the page, with and without a slash at its end. The dot keeps a colon in the name from being taken for a scheme. */
function statsHrefFrom(pagePath: string): string {
  return `./${pagePath.slice(pagePath.lastIndexOf("/") + 1)}/stats.json`.replace("//", "/")
}

function send(response: SendingResponse, { status, headers, body }: Answer, method: string | undefined): void {
  // Somebody else has answered meanwhile, such as a middleware that limits the time.
  if (response.headersSent) return
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) })
  response.end(method === "HEAD" ? undefined : body)
}
