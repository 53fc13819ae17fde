import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { inPage } from "@larder/fragments"
import { cacheOf } from "@larder/http"
import { languageOf } from "./language-choice.js"
import type { Page, Visit } from "./page.js"
import { failurePage } from "./pages/failure.js"
import { readForm } from "./posted-form.js"
import { RequestError } from "./request-error.js"
import type { Route, Router } from "./router.js"
import type { Site } from "./site.js"

const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
}

/** The view for a request, or why there is none. */
type Destination =
  | { readonly route: Route; readonly parameters: Visit["parameters"] }
  | { readonly route?: undefined; readonly refused: RequestError }

/**
 * Connects Node's server to the handlers: one page per request, whatever happens. Through `inPage`, a cached page gets the
 * tags of the articles that it shows.
 */
export function requestListener(site: Site, router: Router): RequestListener {
  return (incoming, outgoing) => {
    const destination = destinationOf(router, incoming)
    const view = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
      inPage(cacheOf(request), () => answer(site, destination, request))
        .then((page) => send(request, response, page))
        .catch((error: unknown) => {
          console.error(error)
          response.destroy()
        })
    const around = destination.route?.around?.(view) ?? view
    return around(incoming, outgoing)
  }
}

/** The route of a request, or an error page instead. */
function destinationOf(router: Router, request: IncomingMessage): Destination {
  const { method = "GET" } = request
  const url = urlOf(request)
  if (url === undefined) return { refused: new RequestError(400, "The address is not well-formed") }
  const match = router.match(method, url.pathname)
  if (match.route !== undefined) return match
  if (match.allowed.length === 0) return { refused: new RequestError(404, "Nothing is at this address") }
  const allow = match.allowed.join(", ")
  return { refused: new RequestError(405, `The page takes ${allow}; got ${method}`, { allow }) }
}

/** `undefined` if the percent-encoding is malformed. */
function urlOf({ url = "/" }: IncomingMessage): URL | undefined {
  try {
    const parsed = new URL(`http://site${url}`)
    decodeURIComponent(parsed.pathname)
    return parsed
  } catch {
    return undefined
  }
}

async function answer(site: Site, destination: Destination, request: IncomingMessage): Promise<Page> {
  // Not before: a page cache hides what does not identify the page.
  const url = urlOf(request) ?? new URL("http://site/")
  const reading = {
    language: languageOf(request.headers),
    address: url.pathname + url.search,
    cache: cacheOf(request),
  }
  try {
    if (destination.route === undefined) throw destination.refused
    const { route, parameters } = destination
    const method = (request.method ?? "GET") as Visit["method"]
    const form = method === "POST" ? await readForm(request) : new URLSearchParams()
    const page = await route.handler({ ...reading, method, url, parameters, form })
    return page ?? (await failurePage(site, reading, 404))
  } catch (error) {
    if (error instanceof RequestError) return failurePage(site, reading, error.status, error.headers)
    console.error(error)
    return failurePage(site, reading, 500)
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Page): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength
  response.writeHead(status, { ...securityHeaders, ...headers, "content-length": length })
  response.end(request.method === "HEAD" ? undefined : body)
}
