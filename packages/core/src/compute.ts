import { ProducerTimeoutError } from "./errors.js"
import { claimLease, type Filled, type FillRequest, type Making, produceAndStore, readAgain } from "./fill.js"
import { verdictOn } from "./freshness.js"
import type { Lease } from "./lease.js"
import { onAbort } from "./on-abort.js"
import { within } from "./within.js"

/** How long a process waits before it polls again for the value of another: at first, and at most. */
const SHORTEST_WAIT = 25
const LONGEST_WAIT = 250

/** Bounded by `timeoutHard`. A later result of the producer is still stored. */
export function compute(making: Making): Promise<Filled> {
  const { request, flight, found } = making
  const { lock, timeoutHard } = request.policy
  const work = lock === undefined || found.storeFailed ? produceAndStore(making, undefined) : computeOnce(making, lock)
  if (timeoutHard === undefined) return work
  flight.outliving(work)
  return within(work, timeoutHard, () => {
    const error = new ProducerTimeoutError(request.key, timeoutHard)
    flight.abandon(error)
    throw error
  })
}

/** Computes under the lease, or waits for its holder. */
async function computeOnce(
  making: Making,
  { lease: duration, wait }: NonNullable<Making["request"]["policy"]["lock"]>,
): Promise<Filled> {
  const { parts, request, flight, operation } = making
  const giveUp = Date.now() + wait
  let { found } = making
  for (let pause = SHORTEST_WAIT; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
    flight.signal.throwIfAborted()
    const lease = await claimLease(parts, request, found.reading, duration, operation)
    if (lease === "unavailable") {
      return produceAndStore({ ...making, found: { ...found, storeFailed: true } }, undefined)
    }
    if (lease !== undefined) return produceUnder(lease, { ...making, found })
    // The holder of the lease computes a new value; until then the old one is returned, to those who may have it.
    if (found.stale && verdictOn(found.reading, request.policy, Date.now()) !== "compute") return found
    if (Date.now() >= giveUp) return produceAndStore({ ...making, request: withoutStoring(request), found }, undefined)
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
    found = await readAgain(parts, request, flight, operation)
    if (found.storeFailed) return produceAndStore({ ...making, found }, undefined)
    if (verdictOn(found.reading, request.policy, Date.now()) === "give") return found
  }
}

/** The lease is renewed while the producer runs and somebody waits for it: one that hangs must not keep others away. */
async function produceUnder(lease: Lease, making: Making): Promise<Filled> {
  const stopWaiting = onAbort(making.flight.signal, () => lease.lapse())
  try {
    return await produceAndStore(making, lease)
  } finally {
    stopWaiting()
    // The store may have been down when the lease was to be released.
    lease.lapse()
  }
}

/** The value may be older than that of the lease's holder, so it is not stored. */
function withoutStoring(request: FillRequest): FillRequest {
  return {
    ...request,
    produce: (context) => {
      const value = request.produce(context)
      context.skip()
      return value
    },
  }
}
