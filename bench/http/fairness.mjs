import { baselineOf, isLarder } from "./contenders.mjs"

/** The names of the headers, each with the length of its value. */
function shapeOf({ headers }) {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value.length}`)
    .sort()
}

/** Throws if a hit of Larder and the response of the bare handler differ in the names or lengths of their headers. */
export function checkFairness(servings) {
  for (const [name, serving] of servings) {
    if (!isLarder(name)) continue
    const [own, bare] = [shapeOf(serving), shapeOf(servings.get(baselineOf(name)))]
    const differences = [...own.filter((line) => !bare.includes(line)), ...bare.filter((line) => !own.includes(line))]
    if (differences.length > 0) throw new Error(`${name} and the bare handler differ in ${differences.join(", ")}`)
  }
}
