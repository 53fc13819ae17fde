const LONGEST_TEXT = 60

/** A value as shown in error messages: short, on one line, and with its type where that is not obvious. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value)
    case "number":
      return Object.is(value, -0) ? "-0" : String(value)
    case "bigint":
      return `${value}n`
    case "symbol":
      return "a symbol"
    case "function":
      return value.name === "" ? "a function" : `the function ${value.name}`
    case "object":
      return value === null ? "null" : describeObject(value)
    default:
      return String(value)
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return "an array"
  if (value instanceof Promise) return "a promise (is an await missing?)"
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  return typeof name === "string" && name !== "" && name !== "Object" ? `an instance of ${name}` : "an object"
}
