import { Breaker } from "./breaker.js"
import type { CallsOptions } from "./calls.js"
import { Deadline } from "./deadline.js"
import { Outage } from "./outage.js"

/** What is known of a store, and whether its cache is closed: one for all views of a cache. */
export interface StoreState {
  readonly outage: Outage
  readonly breaker: Breaker | undefined
  readonly deadline: Deadline | undefined
  /** For operations that go through the whole store. */
  readonly patientDeadline: Deadline | undefined
  closing?: Promise<void>
}

/** Operations that go through a whole store may take this many times the limit of the others. */
const PATIENCE = 60

export function stateFor({
  alias,
  limit,
  onError,
  recovered,
}: Pick<CallsOptions, "alias" | "limit" | "onError" | "recovered">): StoreState {
  const meanwhile = onError === "throw" ? "operations reject" : "reads count as misses"
  return {
    outage: new Outage(alias, meanwhile, recovered),
    // It saves timeouts: without a limit there are none.
    breaker: limit === undefined ? undefined : new Breaker(),
    deadline: limit === undefined ? undefined : new Deadline(limit),
    patientDeadline: limit === undefined ? undefined : new Deadline(limit * PATIENCE),
  }
}
