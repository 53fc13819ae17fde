import type { Milliseconds } from "./backend.js"
import { describeValue } from "./describe-value.js"

const millisecondsOf = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const

/** A duration with a unit: `"250ms"`, `"30s"`, `"15m"`, `"2h"`, `"1.5d"`, `"1w"`. */
export type Duration = `${number}${keyof typeof millisecondsOf}`

/**
 * How long an entry is kept: seconds (may be fractional), or a string with a unit. `null` and `Infinity`: it never expires.
 * Zero or less: it is not kept at all, as in Django.
 */
export type Timeout = number | Duration | null

/** In place of a ttl: the entry is not to be kept. */
export const NOT_KEPT: Milliseconds = 0

/** The longest delay of a timer: longer ones fire at once. */
export const LONGEST_DELAY: Milliseconds = 2 ** 31 - 1

/** A thousand years. What is to be kept longer never expires, so that a store can add any ttl to its clock. */
const LONGEST_TTL: Milliseconds = 1_000 * 365 * millisecondsOf.d

/** Before rounding up: takes off more than the multiplication may have added, as 2.007 * 1000 is more than 2007. */
const WITHOUT_ROUNDING_ERROR = 1 - 2 * Number.EPSILON

const durationPattern = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(ms|[smhdw])$/i

/**
 * Converts a timeout to a ttl: whole milliseconds, `undefined` for an entry that never expires, or 0 for one that is not
 * kept. Rounds up. Throws a `TypeError` for anything that is not a timeout.
 */
export function toTtl(timeout: Timeout): Milliseconds | undefined {
  if (timeout === null) return undefined
  const milliseconds = typeof timeout === "number" ? timeout * millisecondsOf.s : parseDuration(timeout)
  if (Number.isNaN(milliseconds)) throw invalidTimeout(timeout)
  if (milliseconds <= 0) return NOT_KEPT
  return milliseconds > LONGEST_TTL ? undefined : Math.ceil(milliseconds * WITHOUT_ROUNDING_ERROR)
}

function parseDuration(duration: string): Milliseconds {
  const match = typeof duration === "string" ? durationPattern.exec(duration) : null
  if (match === null) throw invalidTimeout(duration)
  return Number(match[1]) * millisecondsOf[match[2] as keyof typeof millisecondsOf]
}

function invalidTimeout(timeout: unknown): TypeError {
  return new TypeError(
    `A timeout is a number of seconds, a string with a unit such as "250ms", "30s", "15m", "2h", "1d" or "1w", ` +
      `or null for never; got ${describeValue(timeout)}`,
  )
}
