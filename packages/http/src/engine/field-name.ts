import { RecentMap } from "../recent-map.js"

const mostRemembered = 1_000

const known = new RecentMap<string>(mostRemembered)

/** A field name in lower case. Recent ones are kept: a new string would have to be hashed each time it is looked up. */
export function fieldName(name: string): string {
  const remembered = known.get(name)
  if (remembered !== undefined) return remembered
  const lowerCase = name.toLowerCase()
  known.set(name, lowerCase)
  return lowerCase
}
