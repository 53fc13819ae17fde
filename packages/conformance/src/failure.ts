import { AssertionError } from "node:assert"
import { inspect } from "node:util"
import { isError } from "./rejections.js"

const comparisons: readonly string[] = ["strictEqual", "deepStrictEqual"]

/**
 * The error with which a clause fails. A failed comparison says what was expected and what the backend returned, also if
 * it has a message of its own, which Node would show alone. What is not an `Error` is put into one.
 */
export function failureOf(reason: unknown): Error {
  if (!isError(reason))
    return new Error(`a call rejected with ${shown(reason)}: expected an instance of Error (see errors)`)
  if (!(reason instanceof AssertionError) || !comparisons.includes(reason.operator)) return reason
  const { message, actual, expected, operator, generatedMessage, stack = "" } = reason
  const comparison = `expected ${shown(expected)}, got ${shown(actual)}`
  // Some versions of Node append a difference to the message, after an empty line.
  const [title = ""] = message.split("\n\n", 1)
  const explained = generatedMessage ? comparison : `${title}: ${comparison}`
  const failure = new AssertionError({ actual, expected, operator })
  failure.message = explained
  // The frames lead to the clause.
  failure.stack = `${failure.name}: ${explained}${stack.slice(stack.indexOf("\n    at "))}`
  return failure
}

function shown(value: unknown): string {
  return inspect(value, { depth: 3, maxArrayLength: 20, maxStringLength: 200, breakLength: Number.POSITIVE_INFINITY })
}
