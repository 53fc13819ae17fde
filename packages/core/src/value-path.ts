import { describeValue } from "./describe-value.js"
import { pathStep } from "./plain-json.js"

/** Part of the way to a value: the name of a property, an index, or how an object, a Map or a Set is asked. */
export type Step = string | number | { readonly call: string; readonly key?: unknown }

/** The way as an error message shows it: `.user[3].get("name")`. */
export function pathText(path: readonly Step[]): string {
  return path.map(stepText).join("")
}

function stepText(step: Step): string {
  if (typeof step === "number") return `[${step}]`
  if (typeof step === "string") return pathStep(step)
  return `.${step.call}(${"key" in step ? describeValue(step.key) : ""})`
}
