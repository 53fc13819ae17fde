import type { Milliseconds } from "./backend.js"
import type { Reading } from "./entries.js"
import type { EnvelopeHeader, EpochMilliseconds } from "./envelope.js"
import type { RefreshPolicy } from "./refresh-policy.js"

/**
 * `give`: the value is fresh. `refresh`: return it, and compute a new one in the background. `fallBack`: compute, and
 * return it if that fails. `compute`: there is no value.
 */
export type Verdict = "give" | "refresh" | "fallBack" | "compute"

export function verdictOn(reading: Reading, policy: RefreshPolicy, now: EpochMilliseconds): Verdict {
  if (reading.state === "fresh") return policy.early && isDueEarly(reading.header, now) ? "refresh" : "give"
  if (reading.state !== "stale") return "compute"
  const age = now - (reading.header.freshUntil ?? 0)
  if (age < policy.staleFor) return "refresh"
  return age < policy.staleIfError ? "fallBack" : "compute"
}

/** XFetch with a beta of 1: the more expensive the value and the nearer its end, the likelier. */
function isDueEarly({ cost, freshUntil }: EnvelopeHeader, now: EpochMilliseconds): boolean {
  if (cost === undefined || freshUntil === undefined) return false
  return now - cost * Math.log(1 - Math.random()) >= freshUntil
}

/** What the header must hold so that reads can follow the policy, and how long the store keeps the entry. */
export function timesOf(
  ttl: Milliseconds | undefined,
  { early, staleFor, staleIfError }: RefreshPolicy,
  now: EpochMilliseconds,
): { readonly keptFor: Milliseconds | undefined; readonly header: EnvelopeHeader | undefined } {
  const staleTime = Math.max(staleFor, staleIfError)
  if (ttl === undefined || (staleTime === 0 && !early)) return { keptFor: ttl, header: undefined }
  const keptFor = ttl + staleTime
  return { keptFor, header: { freshUntil: now + ttl, keptUntil: now + keptFor } }
}
