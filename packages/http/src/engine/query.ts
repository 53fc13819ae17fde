import type { QueryPolicy } from "../page-options.js"
import { matchesName } from "./name-match.js"

/** A path and query, as the handler sees it and as it is in the key. */
export interface Target {
  readonly seen: string
  readonly keyed: string
}

/**
 * Applies the policy to a path and query. Names are compared without decoding, so that another spelling of an ignored name
 * does not reach the handler unless it is part of the key.
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

/** Sorts by name only: the order of values of one name is significant. */
function sortByName(parameters: readonly string[]): string[] {
  const name = (parameter: string): string => parameter.split("=", 1)[0] ?? ""
  return parameters.toSorted((left, right) => (name(left) < name(right) ? -1 : name(left) > name(right) ? 1 : 0))
}
