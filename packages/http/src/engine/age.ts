import type { Milliseconds } from "@larder/core"
import { fieldOf, type HeaderLines } from "./header-lines.js"
import { parseHttpDate } from "./http-date.js"

/** What stands for any age that is longer: 68 years. */
export const oldest: Milliseconds = 2 ** 31 * 1_000

/** When a response was asked for and when its head came. */
export interface ResponseTimes {
  readonly requestTime: Milliseconds
  readonly responseTime: Milliseconds
}

/**
 * How old a response was when its head came (RFC 9111, 4.2.3). An `Age` that is no number of seconds makes it as
 * old as can be: section 4.2 wants invalid freshness information to count as stale.
 */
export function initialAge(lines: HeaderLines, { requestTime, responseTime }: ResponseTimes): Milliseconds {
  const date = parseHttpDate(fieldOf(lines, "date") ?? "", responseTime)
  const apparentAge = date === undefined ? 0 : Math.max(0, responseTime - date)
  const age = fieldOf(lines, "age")
  if (age === undefined) return apparentAge
  if (!/^\d+$/.test(age)) return oldest
  return Math.min(oldest, Math.max(apparentAge, Number(age) * 1_000 + (responseTime - requestTime)))
}
