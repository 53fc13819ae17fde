import type { PageFill } from "../page-fill.js"
import type { NodeRequest } from "./node-message.js"
import { originalUrlOf } from "./request-view.js"

/** Changes a request to what the fill wants the handler to see, without what is not part of the page's identity. */
export function overrideRequest(request: NodeRequest, { target, overrides }: PageFill): void {
  const changed = new Map([...firstLines(request), ...overrides])
  if (changed.size > 0) overrideHeaders(request, changed)
  if (target !== originalUrlOf(request)) overrideQuery(request, target)
}

/**
 * Removes the cookies that the handler must not see from the objects of a cookie parser outside the page cache.
 */
export function hideParsedCookies(handles: readonly object[], { overrides }: PageFill): void {
  const seen = overrides.get("cookie")
  if (seen === undefined) return
  const names = new Set(seen?.split(";").map((pair) => pair.split("=", 1)[0]?.trim()))
  for (const handle of handles) {
    for (const property of ["cookies", "signedCookies"]) {
      const parsed: unknown = Reflect.get(handle, property)
      // Koa's `cookies` reads the header on demand.
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

/**
 * The fields with several lines of which Node keeps the first in `headers`, so that the page is keyed on that. The others must
 * not reach handlers by `rawHeaders`, which Fetch adapters read.
 */
function firstLines({ headers, rawHeaders }: NodeRequest): Map<string, string> {
  const lines = new Map<string, string>()
  const cut = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ""
    const value = rawHeaders[index + 1] ?? ""
    const first = lines.get(name)
    if (first === undefined) lines.set(name, value)
    else if (headers[name] === first) cut.set(name, first)
  }
  return cut
}

function overrideHeaders(request: NodeRequest, overrides: ReadonlyMap<string, string | null>): void {
  const { headers, rawHeaders } = request
  // Not available in HTTP/2.
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
  // The array is shared, so it is changed in place.
  const kept = rawHeaders.filter((_, index) => !overrides.has((rawHeaders[index - (index % 2)] ?? "").toLowerCase()))
  const added = [...overrides].flatMap(([name, value]) => (value === null ? [] : [name, value]))
  rawHeaders.splice(0, rawHeaders.length, ...kept, ...added)
}

/** Routers strip a leading path from `url`, so only its query is replaced. */
function overrideQuery(request: NodeRequest, target: string): void {
  const query = queryOf(target)
  request.url = pathOf(request.url ?? "/") + query
  if ("originalUrl" in request) request.originalUrl = target
}

export function pathOf(target: string): string {
  const start = target.indexOf("?")
  return start < 0 ? target : target.slice(0, start)
}

/** The query with its question mark, or `""`. */
export function queryOf(target: string): string {
  return target.slice(pathOf(target).length)
}
