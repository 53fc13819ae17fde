import { Breaker } from "./breaker.js"
import type { CallsOptions } from "./calls.js"
import { Deadline } from "./deadline.js"
import { Outage } from "./outage.js"

/** The state of a store and its cache, shared by all views of the cache. */
export interface StoreState {
  readonly outage: Outage
  /** Absent without a limit: it exists to avoid waiting for timeouts. */
  readonly breaker?: Breaker
  readonly deadline?: Deadline
  /** For operations that scan the whole store. */
  readonly scanDeadline?: Deadline
  /** Present once the cache is being closed. */
  closing?: Promise<void>
}

/** Operations that scan the whole store get this multiple of the limit. */
const SCAN_FACTOR = 60

export function stateFor({
  alias,
  limit,
  onError,
  recovered,
}: Pick<CallsOptions, "alias" | "limit" | "onError" | "recovered">): StoreState {
  const meanwhile = onError === "throw" ? "operations reject" : "reads count as misses"
  const outage = new Outage(alias, meanwhile, recovered)
  if (limit === undefined) return { outage }
  return {
    outage,
    breaker: new Breaker(),
    deadline: new Deadline(limit),
    scanDeadline: new Deadline(limit * SCAN_FACTOR),
  }
}
