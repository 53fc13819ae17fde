import { createHistogram } from "node:perf_hooks"
import { setImmediate } from "node:timers/promises"

/** How fast an operation was. Times are in milliseconds. */
export interface Speed {
  /** Calls a second; a batch is one call. */
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** What is measured: called with 0, 1, 2 and so on. Rejects if the store does not do what it should. */
export type Call = (index: number) => Promise<void>

const NANOSECONDS = 1_000_000
/** Calls that never leave the process would keep it from hearing anything else. */
const LONGEST_TURN_MILLISECONDS = 20

/**
 * Calls for so long, with `inFlight` callers, each of which calls again as soon as its call has settled. Ends early once it is
 * interrupted. Rejects with the error of the first call that fails, when no call is pending any more.
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
    // Later than the start where calls of others run first.
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
