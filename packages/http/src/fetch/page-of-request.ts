import type { PageRequest } from "../page-exchange.js"

/** A `Request` as the page cache sees it. */
export function pageOfRequest(request: Request): PageRequest {
  const url = new URL(request.url)
  return {
    method: request.method,
    scheme: url.protocol.slice(0, -1),
    authority: url.host,
    target: url.pathname + url.search,
    headers: { get: (name) => request.headers.get(name) ?? undefined },
    hasBody: request.body !== null,
  }
}

/** The request as the handler is to see it: the very same where nothing has to be hidden. */
export function requestForHandler(
  request: Request,
  target: string,
  overrides: ReadonlyMap<string, string | null>,
): Request {
  const url = new URL(request.url)
  if (overrides.size === 0 && target === url.pathname + url.search) return request
  const headers = new Headers(request.headers)
  for (const [name, value] of overrides) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return new Request(new Request(url.origin + target, request), { headers })
}
