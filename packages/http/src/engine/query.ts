import type { QueryPolicy } from "../page-options.js"
import { matchesName } from "./name-match.js"

/** A path and query, as the handler sees it and as it identifies the page. */
export interface Target {
  readonly seen: string
  readonly keyed: string
}

/**
 * Applies the policy to a path and query. Names are compared as they stand in the URL: nothing is decoded, so that no
 * spelling of an ignored name reaches the handler without being part of the page's identity.
 */
export function applyQueryPolicy(target: string, policy: QueryPolicy): Target {
  const mark = target.indexOf("?")
  if (policy === "all" || mark < 0) return { seen: target, keyed: target }
  const { sort = false, only, ignore = [] } = policy
  const path = target.slice(0, mark)
  const kept = target
    .slice(mark + 1)
    .split("&")
    .filter((parameter) => {
      const name = parameter.split("=", 1)[0] ?? ""
      return (only === undefined || only.includes(name)) && !matchesName(name, ignore)
    })
  const seen = withQuery(path, kept)
  return { seen, keyed: sort ? withQuery(path, sortByName(kept)) : seen }
}

function withQuery(path: string, parameters: readonly string[]): string {
  return parameters.length === 0 ? path : `${path}?${parameters.join("&")}`
}

/** By name alone: the order of the values of one name means something. */
function sortByName(parameters: readonly string[]): string[] {
  const name = (parameter: string): string => parameter.split("=", 1)[0] ?? ""
  return parameters.toSorted((left, right) => (name(left) < name(right) ? -1 : name(left) > name(right) ? 1 : 0))
}
