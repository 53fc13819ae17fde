import type { PageFill } from "../page-fill.js"
import type { NodeRequest } from "./node-message.js"
import { originalUrlOf } from "./request-view.js"

/** Makes a request look to its handler as the fill wants it: what is not part of the page's identity is not there. */
export function overrideRequest(request: NodeRequest, { target, overrides }: PageFill): void {
  if (overrides.size > 0) overrideHeaders(request, overrides)
  if (target !== originalUrlOf(request)) overrideQuery(request, target)
}

/**
 * Takes out of what a cookie parser outside of the page cache made, where it is on one of these objects, the cookies that
 * the handler is not to see.
 */
export function hideParsedCookies(handles: readonly object[], { overrides }: PageFill): void {
  const seen = overrides.get("cookie")
  if (seen === undefined) return
  const names = new Set(seen?.split(";").map((pair) => pair.split("=", 1)[0]?.trim()))
  for (const handle of handles) {
    for (const property of ["cookies", "signedCookies"]) {
      const parsed: unknown = Reflect.get(handle, property)
      // Koa has an object there that reads the header when it is asked.
      if (!isPlain(parsed)) continue
      for (const name of Object.keys(parsed)) if (!names.has(name)) Reflect.deleteProperty(parsed, name)
    }
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
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
