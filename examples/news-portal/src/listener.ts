import type { IncomingMessage, ServerResponse } from "node:http"
import { inPage } from "@larder/fragments"
import { cacheOf } from "@larder/http"
import type { CachePanel } from "./cache-panel.js"
import type { Page, Visit } from "./page.js"
import { failurePage } from "./pages/failure.js"
import { RequestError, readForm } from "./posted-form.js"
import type { Router } from "./router.js"
import type { Site } from "./site.js"

const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
}

/** Answers a request; resolves when the answer is on its way. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Joins Node's server to the handlers: one page a request, whatever happens. A page that is kept learns by `inPage` which
 * articles it shows.
 */
export function requestListener(site: Site, router: Router, panel: CachePanel): Listener {
  return (request, response) =>
    panel
      .record(() => inPage(cacheOf(request), () => answer(site, router, request)))
      .then((page) => send(request, response, page))
      .catch((error: unknown) => {
        console.error(error)
        response.destroy()
      })
}

async function answer(site: Site, router: Router, request: IncomingMessage): Promise<Page> {
  try {
    return await route(site, router, request)
  } catch (error) {
    if (error instanceof RequestError) return failurePage(site, error.status)
    console.error(error)
    return failurePage(site, 500)
  }
}

async function route(site: Site, router: Router, request: IncomingMessage): Promise<Page> {
  const url = urlOf(request)
  const { method = "GET" } = request
  const match = router.match(method, url.pathname)
  if (match.handler !== undefined) {
    const form = method === "POST" ? await readForm(request) : new URLSearchParams()
    const visit: Visit = {
      method: method as Visit["method"],
      url,
      parameters: match.parameters,
      form,
      kept: cacheOf(request).outcome === "miss",
    }
    return (await match.handler(visit)) ?? failurePage(site, 404)
  }
  if (match.allowed.length === 0) return failurePage(site, 404)
  const page = await failurePage(site, 405)
  return { ...page, headers: { ...page.headers, allow: match.allowed.join(", ") } }
}

function urlOf(request: IncomingMessage): URL {
  const address = `http://site${request.url ?? "/"}`
  if (!URL.canParse(address)) throw new RequestError(400, "The address is not well-formed")
  const url = new URL(address)
  try {
    decodeURIComponent(url.pathname)
  } catch {
    throw new RequestError(400, "The path is not well-formed percent-encoding")
  }
  return url
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Page): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength
  response.writeHead(status, { ...securityHeaders, ...headers, "content-length": length })
  response.end(request.method === "HEAD" ? undefined : body)
}
