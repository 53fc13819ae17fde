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

  // Name by name: enumerating all names makes Node adapters create complete `Headers`.
  lacks(names: ReadonlySet<string>): boolean {
    for (const name of names) if (this.#headers.has(name)) return false
    return true
  }
}

/**
 * Determined from the headers: a GET `Request` never has a body, whatever the client sent, and reading `body` makes adapters
 * create a complete `Request`.
 */
function announcesBody(method: string, headers: RequestHeaders): boolean {
  if (method !== "GET" && method !== "HEAD") return true
  return headers.get("transfer-encoding") !== undefined || Number(headers.get("content-length") ?? 0) !== 0
}

/** The request for the handler: the same object if nothing has to be hidden. */
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
  // Not `new Request(request)`: frameworks such as Next.js pass a `Proxy` of a request, which it does not take.
  return new Request(new Request(urlOf(request, target), request), { headers })
}

/** The URL of another path and query at the host of this request; never at another host, whatever the path begins with. */
export function urlOf(request: Request, target: string): string {
  const { scheme, authority } = partsOf(request.url)
  return `${scheme}://${authority}${target}`
}

/** The parts of a `Request`'s URL, which is absolute and normalised. An empty query differs from an absent one. */
function partsOf(url: string): { readonly scheme: string; readonly authority: string; readonly target: string } {
  const colon = url.indexOf("://")
  const hash = url.indexOf("#", colon + 3)
  const end = hash < 0 ? url.length : hash
  const slash = url.indexOf("/", colon + 3)
  return { scheme: url.slice(0, colon), authority: url.slice(colon + 3, slash), target: url.slice(slash, end) }
}
