import { RecentMap } from "../recent-map.js"

const mostRemembered = 1_000

const known = new RecentMap<string>(mostRemembered)

/** A field's name in lower case. The last ones are remembered: a new string each time would have to be hashed each time. */
export function fieldName(name: string): string {
  const remembered = known.get(name)
  if (remembered !== undefined) return remembered
  const lowerCase = name.toLowerCase()
  known.set(name, lowerCase)
  return lowerCase
}
