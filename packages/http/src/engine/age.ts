import type { Milliseconds } from "@larder/core"
import { fieldOf, type HeaderLines } from "./header-lines.js"
import { parseHttpDate } from "./http-date.js"

/** The maximum age: 68 years. */
export const oldest: Milliseconds = 2 ** 31 * 1_000

/** When a response was requested and when its head arrived. */
export interface ResponseTimes {
  readonly requestTime: Milliseconds
  readonly responseTime: Milliseconds
}

/**
 * The age of a response when its head arrived (RFC 9111, 4.2.3). An invalid `Age` counts as the maximum: section 4.2 wants
 * invalid freshness information to count as stale.
 */
export function initialAge(lines: HeaderLines, { requestTime, responseTime }: ResponseTimes): Milliseconds {
  const date = parseHttpDate(fieldOf(lines, "date") ?? "", responseTime)
  const apparentAge = date === undefined ? 0 : Math.max(0, responseTime - date)
  const age = fieldOf(lines, "age")
  if (age === undefined) return apparentAge
  if (!/^\d+$/.test(age)) return oldest
  return Math.min(oldest, Math.max(apparentAge, Number(age) * 1_000 + (responseTime - requestTime)))
}
