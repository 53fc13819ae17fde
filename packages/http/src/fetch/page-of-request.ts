import type { RequestHeaders } from "../engine/header-lines.js"
import type { PageRequest } from "../page-exchange.js"

/** A `Request` as the page cache sees it. */
export function pageOfRequest(request: Request): PageRequest {
  const { headers, method, url } = request
  const { scheme, authority, target } = partsOf(url)
  const seen = new FetchHeaders(headers)
  return { method, scheme, authority, target, headers: seen, hasBody: announcesBody(method, seen) }
}

class FetchHeaders implements RequestHeaders {
  readonly #headers: Headers

  constructor(headers: Headers) {
    this.#headers = headers
  }

  get(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined
  }

  // Name by name: adapters of Node make whole `Headers` of their light ones for those who ask for all names.
  lacks(names: ReadonlySet<string>): boolean {
    for (const name of names) if (this.#headers.has(name)) return false
    return true
  }
}

/**
 * By its head: `Request` gives no GET a body, whatever its client sent, and adapters make a whole `Request` of their light
 * one when its body is asked for.
 */
function announcesBody(method: string, headers: RequestHeaders): boolean {
  if (method !== "GET" && method !== "HEAD") return true
  return headers.get("transfer-encoding") !== undefined || Number(headers.get("content-length") ?? 0) !== 0
}

/** The request as the handler is to see it: the very same where nothing has to be hidden. */
export function requestForHandler(
  request: Request,
  target: string,
  overrides: ReadonlyMap<string, string | null>,
): Request {
  const parts = partsOf(request.url)
  if (overrides.size === 0 && target === parts.target) return request
  const headers = new Headers(request.headers)
  for (const [name, value] of overrides) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return new Request(new Request(urlOf(request, target), request), { headers })
}

/** The URL of another path and query at the place of this request; never at another host, whatever the path begins with. */
export function urlOf(request: Request, target: string): string {
  const { scheme, authority } = partsOf(request.url)
  return `${scheme}://${authority}${target}`
}

/** The parts of the URL of a `Request`, which is absolute and normalised. A query that is empty is not one that is missing. */
function partsOf(url: string): { readonly scheme: string; readonly authority: string; readonly target: string } {
  const colon = url.indexOf("://")
  const hash = url.indexOf("#", colon + 3)
  const end = hash < 0 ? url.length : hash
  const slash = url.indexOf("/", colon + 3)
  return { scheme: url.slice(0, colon), authority: url.slice(colon + 3, slash), target: url.slice(slash, end) }
}
