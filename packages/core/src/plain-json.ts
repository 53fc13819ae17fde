import { describeValue } from "./describe-value.js"

/** Deeper than any reasonable value, and far from the stack limit. */
export const DEEPEST_LEVEL = 1_000

/** Whether JSON supports the value without loss: it is read back equal, and nothing in it has a `toJSON`. */
export function isPlainJson(value: unknown, ancestors: object[] = []): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
    case "object":
      return value === null || isPlainObject(value, ancestors)
    default:
      return false
  }
}

function isPlainObject(value: object, ancestors: object[]): boolean {
  if (ancestors.length === DEEPEST_LEVEL || ancestors.includes(value)) return false
  ancestors.push(value)
  const plain = Array.isArray(value)
    ? isPlainArray(value, ancestors)
    : Object.getPrototypeOf(value) === Object.prototype && hasPlainProperties(value, ancestors)
  ancestors.pop()
  return plain
}

function isPlainArray(array: readonly unknown[], ancestors: object[]): boolean {
  if ("toJSON" in array) return false
  for (let index = 0; index < array.length; index++) {
    if (!isPlainJson(array[index], ancestors)) return false
  }
  return true
}

/** Not by `Object.keys`, which makes an array: this runs for every object that is stored. */
function hasPlainProperties(object: object, ancestors: object[]): boolean {
  for (const key in object) {
    if (!isPlainJson((object as Record<string, unknown>)[key], ancestors)) return false
  }
  return true
}

/** What keeps a value from being plain JSON, for an error message: `value.user.born is an instance of Date`. */
export function firstNotPlain(value: unknown, path = "value", ancestors: object[] = []): string {
  if (isContainer(value)) {
    if (ancestors.includes(value)) return `${path} is an object that contains itself`
    ancestors.push(value)
    for (const [key, item] of Object.entries(value)) {
      const step = Array.isArray(value) ? `[${key}]` : pathStep(key)
      if (!isPlainJson(item)) return firstNotPlain(item, path + step, ancestors)
    }
  }
  return `${path} is ${describeValue(value)}`
}

/** A property as written after an object: `.name`, or `["two words"]`. */
export function pathStep(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function isContainer(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}
