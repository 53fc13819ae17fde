import { describeValue } from "./describe-value.js"
import { pathStep } from "./plain-json.js"

/** A step to a value: a property name, an index, or a method call on an object, Map or Set. */
export type Step = string | number | { readonly call: string; readonly key?: unknown }

/** The path as shown in error messages: `.user[3].get("name")`. */
export function pathText(path: readonly Step[]): string {
  return path.map(stepText).join("")
}

function stepText(step: Step): string {
  if (typeof step === "number") return `[${step}]`
  if (typeof step === "string") return pathStep(step)
  return `.${step.call}(${"key" in step ? describeValue(step.key) : ""})`
}
