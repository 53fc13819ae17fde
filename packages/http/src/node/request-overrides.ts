import type { PageFill } from "../page-fill.js"
import type { NodeRequest } from "./node-message.js"
import { originalUrlOf } from "./request-view.js"

/** Makes a request look to its handler as the fill wants it: what is not part of the page's identity is not there. */
export function overrideRequest(request: NodeRequest, { target, overrides }: PageFill): void {
  if (overrides.size > 0) overrideHeaders(request, overrides)
  if (target !== originalUrlOf(request)) overrideQuery(request, target)
}

function overrideHeaders(request: NodeRequest, overrides: ReadonlyMap<string, string | null>): void {
  const { headers, rawHeaders } = request
  // HTTP/2 has none.
  const headersDistinct = "headersDistinct" in request ? request.headersDistinct : undefined
  for (const [name, value] of overrides) {
    if (value === null) {
      delete headers[name]
      delete headersDistinct?.[name]
    } else {
      headers[name] = value
      if (headersDistinct !== undefined) headersDistinct[name] = [value]
    }
  }
  // Bridges to Fetch read the lines as they came. The array is shared, so it is changed in place.
  const kept = rawHeaders.filter((_, index) => !overrides.has((rawHeaders[index - (index % 2)] ?? "").toLowerCase()))
  const added = [...overrides].flatMap(([name, value]) => (value === null ? [] : [name, value]))
  rawHeaders.splice(0, rawHeaders.length, ...kept, ...added)
}

/** Routers cut a path off in front; the query is what the target has. */
function overrideQuery(request: NodeRequest, target: string): void {
  const query = queryOf(target)
  request.url = pathOf(request.url ?? "/") + query
  if ("originalUrl" in request) request.originalUrl = target
}

export function pathOf(target: string): string {
  const start = target.indexOf("?")
  return start < 0 ? target : target.slice(0, start)
}

/** The query with its question mark, or nothing. */
export function queryOf(target: string): string {
  return target.slice(pathOf(target).length)
}
