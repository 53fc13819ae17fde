import type { HandlerWrapper } from "@larder/http/node"
import type { Handler } from "./page.js"

export interface Route {
  readonly method: "GET" | "POST"
  /** A path whose segments are literal or a `:name`: `/article/:slug`. */
  readonly path: string
  /** Wraps the view: a page cache. */
  readonly around?: HandlerWrapper | undefined
  readonly handler: Handler
}

/** The route of a request, or why there is none: an unknown path (no methods), or a method that it does not support. */
export type Match =
  | { readonly route: Route; readonly parameters: Readonly<Record<string, string>> }
  | { readonly route: undefined; readonly allowed: readonly string[] }

/** Finds the route of a path. `HEAD` is treated as `GET`. */
export class Router {
  readonly #routes: readonly { readonly route: Route; readonly segments: readonly string[] }[]

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, segments: route.path.split("/") }))
  }

  /** Throws a `URIError` if the percent-encoding of the path is malformed. */
  match(method: string, path: string): Match {
    const given = path.split("/").map(decodeURIComponent)
    const wanted = method === "HEAD" ? "GET" : method
    const allowed = new Set<string>()
    for (const { route, segments } of this.#routes) {
      const parameters = parametersOf(segments, given)
      if (parameters === undefined) continue
      if (route.method === wanted) return { route, parameters }
      allowed.add(route.method)
      if (route.method === "GET") allowed.add("HEAD")
    }
    return { route: undefined, allowed: [...allowed] }
  }
}

function parametersOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const parameters: Record<string, string> = Object.create(null)
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? ""
    if (!expected.startsWith(":")) {
      if (segment !== expected) return undefined
    } else if (segment === "") {
      return undefined
    } else {
      parameters[expected.slice(1)] = segment
    }
  }
  return parameters
}
