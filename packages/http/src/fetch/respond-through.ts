import type { HeaderLines } from "../engine/header-lines.js"
import type { PageCache } from "../page-cache.js"
import { attachControl, attachedControl, type PageControl } from "../page-control.js"
import type { PageAnswer, PageFill } from "../page-fill.js"
import type { LookupContext } from "../visit.js"
import { pageOfRequest, requestForHandler, urlOf } from "./page-of-request.js"
import { headersInit, toResponse } from "./page-response.js"
import { recordBody, recordedBody } from "./response-body.js"

/** The handler behind the cache. */
export type Responder = (request: Request) => Response | Promise<Response>

/** Responds from the cache or through the handler. Rejects only with what the handler throws. */
export async function respondThrough(pages: PageCache, request: Request, responder: Responder): Promise<Response> {
  const looking = pages.lookup(pageOfRequest(request), new FetchLookupContext(request, responder))
  const found = looking instanceof Promise ? await looking : looking
  if (found.response !== undefined) {
    attachControl(request, found.control)
    return toResponse(found.response)
  }
  return runRecorded(request, found.fill, responder)
}

/** Computes what a lookup asks for on demand; a hit needs little of it, and some adapters create the signal on first use. */
class FetchLookupContext implements LookupContext {
  readonly #request: Request
  readonly #responder: Responder

  constructor(request: Request, responder: Responder) {
    this.#request = request
    this.#responder = responder
  }

  get outer(): PageControl | undefined {
    return attachedControl(this.#request)
  }

  get gone(): boolean {
    return this.#request.signal.aborted
  }

  get refresh(): LookupContext["refresh"] {
    return (fill, headers) => refresh(this.#request, fill, headers, this.#responder)
  }
}

/** Runs the handler, records its response, and returns the response for the client. */
async function runRecorded(request: Request, fill: PageFill, responder: Responder): Promise<Response> {
  attachControl(request, fill.control)
  let response: Response
  try {
    const seen = requestForHandler(request, fill.target, fill.overrides)
    attachControl(seen, fill.control)
    response = await responder(seen)
  } catch (error) {
    const standIn = failed(request, fill, error)
    if (standIn === undefined) throw error
    return standIn
  }
  const answer = headOf(response, fill)
  return answer?.again === true ? runRecorded(request, fill, responder) : responseOf(request, answer, response, fill)
}

/** The handler threw: returns the response to send instead, if any. A handler that stops because its client left has not failed. */
export function failed(request: Request, fill: PageFill, error: unknown): Response | undefined {
  if (request.signal.aborted) {
    fill.abort("client")
    return undefined
  }
  const standIn = fill.fail(error)
  return standIn && toResponse(standIn)
}

/** Tells `@hono/node-server` that the handler wrote to the Node response itself. */
const alreadySent = "x-hono-already-sent"

/**
 * Reports the head of the handler's response to the fill, with its own headers or these. `undefined` for a response that
 * cannot be sent, such as `Response.error()`, and for a placeholder of one that was already sent. Does not read `body`, which
 * makes adapters create a complete `Response`.
 */
export function headOf(response: Response, fill: PageFill, headers?: HeaderLines): PageAnswer | undefined {
  if (response instanceof Response && response.headers.has(alreadySent)) {
    fill.control.skip("hijacked")
    fill.head(response.status, [])
    return undefined
  }
  if (response instanceof Response && response.status >= 200 && response.status <= 599) {
    return fill.head(response.status, headers ?? [...response.headers])
  }
  fill.abort()
  return undefined
}

/** The response for the client, with the answer of `headOf`. Records the body of the handler's. */
export function responseOf(
  request: Request,
  answer: PageAnswer | undefined,
  response: Response,
  fill: PageFill,
): Response {
  if (answer === undefined) return response
  if (response.bodyUsed || response.body?.locked === true) {
    fill.abort()
    return response
  }
  if (answer.body !== "handler") {
    void recordBody(response.body, fill)
    return toResponse({ status: answer.status, headers: answer.headers, body: answer.body })
  }
  const { body } = response
  if (body === null) void fill.end()
  const passed = body !== null && fill.recording ? recordedBody(body, fill, () => request.signal.aborted) : body
  if (body !== null && !fill.recording) void fill.end()
  return new Response(passed, {
    status: answer.status,
    statusText: response.statusText,
    headers: headersInit(answer.headers),
  })
}

async function refresh(request: Request, fill: PageFill, headers: HeaderLines, responder: Responder): Promise<void> {
  const fresh = new Request(urlOf(request, fill.target), { headers: headers.map(([name, value]) => [name, value]) })
  attachControl(fresh, fill.control)
  const response = await responder(fresh)
  if (fill.head(response.status, [...response.headers]).again === true) {
    const unconditional = headers.filter(([name]) => fill.overrides.get(name) !== null)
    return refresh(request, fill, unconditional, responder)
  }
  await recordBody(response.body, fill)
}
