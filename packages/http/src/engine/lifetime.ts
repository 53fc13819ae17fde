import type { Milliseconds } from "@larder/core"
import type { ResponseDirectives } from "./cache-control.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"
import { parseHttpDate } from "./http-date.js"
import type { Policy } from "./policy.js"
import type { EffectiveDirectives } from "./targeted-fields.js"

/** RFC 9110, 15.1, without 206. */
const heuristicStatuses: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501])

/** The statuses that `timeout` and `defaultTimeout` apply to: not errors. */
const pageStatuses: ReadonlySet<number> = new Set([200, 203, 301, 308])

const dayInMilliseconds = 86_400_000

/** How long a response is fresh, from its generation; `undefined` if that is not specified. */
export function lifetimeOf(
  status: number,
  lines: HeaderLines,
  effective: EffectiveDirectives,
  policy: Policy,
  responseTime: Milliseconds,
): Milliseconds | undefined {
  if (policy.pageLifetime !== undefined && pageStatuses.has(status)) return policy.pageLifetime
  const explicit = explicitLifetime(lines, effective, responseTime)
  if (explicit !== undefined) return explicit
  const forError = policy.errorLifetimes.get(status)
  if (forError !== undefined) return forError
  if (policy.defaultLifetime !== undefined && pageStatuses.has(status)) return policy.defaultLifetime
  if (policy.profile === "safe") return undefined
  return heuristicLifetime(status, lines, effective.directives, responseTime)
}

/** The explicit freshness of the response (RFC 9111, 4.2.1). */
function explicitLifetime(
  lines: HeaderLines,
  { directives, targeted }: EffectiveDirectives,
  responseTime: Milliseconds,
): Milliseconds | undefined {
  const stated = directives.sharedMaxAge ?? directives.maxAge
  if (stated !== undefined || targeted) return stated
  const expires = fieldOf(lines, "expires")
  if (expires === undefined) return undefined
  const date = parseHttpDate(fieldOf(lines, "date") ?? "", responseTime) ?? responseTime
  // Two lines, and values that are not dates, especially "0", mean already expired (RFC 9111, 5.3).
  return Math.max(0, (parseHttpDate(expires, responseTime) ?? date) - date)
}

/** Whether a response without explicit freshness may be stored (RFC 9111, 3). */
export function mayGuess(status: number, directives: ResponseDirectives): boolean {
  return heuristicStatuses.has(status) || directives.public
}

/** A tenth of the time since the last change, at most a day (RFC 9111, 4.2.2). */
function heuristicLifetime(
  status: number,
  lines: HeaderLines,
  directives: ResponseDirectives,
  responseTime: Milliseconds,
): Milliseconds | undefined {
  const lastModified = parseHttpDate(fieldOf(lines, "last-modified") ?? "", responseTime)
  if (lastModified === undefined || !mayGuess(status, directives)) return undefined
  const date = parseHttpDate(fieldOf(lines, "date") ?? "", responseTime) ?? responseTime
  return Math.min(dayInMilliseconds, Math.max(0, date - lastModified) / 10)
}
