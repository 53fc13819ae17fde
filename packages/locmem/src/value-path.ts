/** One step from a value into its parts: a property name, an array index, or the outcome of a method. */
export type PathStep = string | number | CalledStep

/** A value of a Map, one of its keys, an item of a Set, or the result of an object's `toJSON`. */
export interface CalledStep {
  readonly part: "get" | "keys" | "values" | "toJSON"
  readonly key?: unknown
}

/** The steps as code: `value.users[3].name`. */
export function formatPath(steps: readonly PathStep[]): string {
  return `value${steps.map(formatStep).join("")}`
}

function formatStep(step: PathStep): string {
  if (typeof step === "number") return `[${step}]`
  if (typeof step === "string") return isIdentifier(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  return step.part === "get" ? `.get(${formatKey(step.key)})` : `.${step.part}()`
}

function formatKey(key: unknown): string {
  if (typeof key === "string") return JSON.stringify(key)
  return typeof key === "object" && key !== null ? "an object" : String(key)
}

function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
}
