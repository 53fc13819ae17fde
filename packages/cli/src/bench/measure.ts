import { createHistogram } from "node:perf_hooks"
import { setImmediate } from "node:timers/promises"

/** How fast an operation was. Times are in milliseconds. */
export interface Speed {
  /** Calls a second; a batch is one call. */
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** The operation to measure. Called with 0, 1, 2 and so on. Rejects if the store fails. */
export type Call = (index: number) => Promise<void>

const NANOSECONDS = 1_000_000
/** Calls that never leave the process would otherwise block timers and signals. */
const LONGEST_TURN_MILLISECONDS = 20

/**
 * Measures a call with `inFlight` callers, each of which calls again as soon as its call has settled. Ends early when it is
 * interrupted. If a call fails, waits for the pending ones and rejects with the first error.
 */
export async function measure(
  call: Call,
  inFlight: number,
  milliseconds: number,
  interrupted: AbortSignal,
): Promise<Speed> {
  const histogram = createHistogram()
  const start = performance.now()
  const end = start + milliseconds
  let calls = 0
  let turnBegan = start
  let hasFailed = false

  async function repeat(): Promise<void> {
    // Later than `start` if other callers ran first.
    let now = performance.now()
    while (now < end && !hasFailed && !interrupted.aborted) {
      await call(calls++)
      const then = now
      now = performance.now()
      histogram.record(Math.max(1, Math.round((now - then) * NANOSECONDS)))
      if (now - turnBegan < LONGEST_TURN_MILLISECONDS) continue
      await setImmediate()
      now = performance.now()
      turnBegan = now
    }
  }

  const callers = Array.from({ length: inFlight }, async () => {
    try {
      await repeat()
    } catch (error) {
      hasFailed = true
      throw error
    }
  })
  const failed = (await Promise.allSettled(callers)).find((outcome) => outcome.status === "rejected")
  if (failed !== undefined) throw failed.reason
  return {
    perSecond: Math.round((calls * 10_000) / (performance.now() - start)) / 10,
    p50: histogram.percentile(50) / NANOSECONDS,
    p99: histogram.percentile(99) / NANOSECONDS,
  }
}
