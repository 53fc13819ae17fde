import { baselineOf, isLarder } from "./contenders.mjs"

/** Names of headers, each with the length of its value, that of the connection and of the clock left out. */
function shapeOf({ headers }) {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value.length}`)
    .sort()
}

/** Throws where a hit of Larder and the answer of the bare handler differ in their headers or in their lengths. */
export function checkFairness(servings) {
  for (const [name, serving] of servings) {
    if (!isLarder(name)) continue
    const [own, bare] = [shapeOf(serving), shapeOf(servings.get(baselineOf(name)))]
    const differences = [...own.filter((line) => !bare.includes(line)), ...bare.filter((line) => !own.includes(line))]
    if (differences.length > 0) throw new Error(`${name} and the bare handler differ in ${differences.join(", ")}`)
  }
}
