import { measure, type Speed } from "./measure.js"
import type { Work } from "./workload.js"

const concurrencies = [1, 64] as const
/** The share of the time spent on uncounted calls before each measurement, while code gets compiled. */
const WARM_UP = 0.1

/** The speed of an operation on a kind of value, with `inFlight` concurrent calls. */
export interface Measurement extends Speed {
  readonly operation: string
  readonly value: string
  readonly inFlight: number
}

/** Measures each operation with few and with many concurrent calls, in `seconds` altogether. Ends early when it is interrupted. */
export async function measureAll(
  works: readonly Work[],
  seconds: number,
  interrupted: AbortSignal,
  progress: (text: string) => void,
): Promise<readonly Measurement[]> {
  const milliseconds = (seconds * 1_000) / works.length
  const measurements: Measurement[] = []
  for (const [index, { operation, value, call, verify }] of works.entries()) {
    await measure(call, 1, WARM_UP * milliseconds, interrupted)
    for (const inFlight of concurrencies) {
      if (interrupted.aborted) return measurements
      progress(`${index + 1} of ${works.length}: ${operation}, ${value}, ${inFlight} in flight`)
      const slice = ((1 - WARM_UP) * milliseconds) / concurrencies.length
      const speed = await measure(call, inFlight, slice, interrupted)
      measurements.push({ operation, value, inFlight, ...speed })
    }
    await verify?.()
  }
  return measurements
}
