import { inspect } from "node:util"

/** Formats a value for an error message: short, and on one line. */
export function showValue(value: unknown): string {
  return inspect(value, { depth: -1, maxStringLength: 60, breakLength: Number.POSITIVE_INFINITY })
}
