import { measure, type Speed } from "./measure.js"
import type { Work } from "./workload.js"

const concurrencies = [1, 64] as const
/** Part of the time that goes into calls that do not count: connections open, and code gets compiled. */
const WARM_UP = 0.1

/** How fast an operation on a kind of value was, with so many calls at a time. */
export interface Measurement extends Speed {
  readonly operation: string
  readonly value: string
  readonly inFlight: number
}

/** Measures each operation with few and with many calls at a time, for so many seconds in all. Ends early once it is interrupted. */
export async function measureAll(
  works: readonly Work[],
  seconds: number,
  interrupted: AbortSignal,
  progress: (text: string) => void,
): Promise<readonly Measurement[]> {
  const runs = works.flatMap((work) => concurrencies.map((inFlight) => ({ work, inFlight })))
  const milliseconds = (seconds * 1_000) / runs.length
  const measurements: Measurement[] = []
  for (const [index, { work, inFlight }] of runs.entries()) {
    if (interrupted.aborted) break
    const { operation, value, call, verify } = work
    progress(`${index + 1} of ${runs.length}: ${operation}, ${value}, ${inFlight} in flight`)
    await measure(call, inFlight, WARM_UP * milliseconds, interrupted)
    const speed = await measure(call, inFlight, (1 - WARM_UP) * milliseconds, interrupted)
    await verify?.()
    measurements.push({ operation, value, inFlight, ...speed })
  }
  return measurements
}
