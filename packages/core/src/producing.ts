import { AsyncLocalStorage } from "node:async_hooks"
import type { Waiting } from "./single-flight.js"

const producing = new AsyncLocalStorage<Waiting>()
let running = 0

/** The flight whose producer this code runs in. */
export function currentFlight(): Waiting | undefined {
  return running === 0 ? undefined : producing.getStore()
}

/** Runs a producer of the flight. */
export async function whileProducing<Value>(
  flight: Waiting,
  work: () => Value | PromiseLike<Value>,
): Promise<Awaited<Value>> {
  running++
  try {
    return await producing.run(flight, work)
  } finally {
    running--
    // Up to Node 22, an enabled storage makes every promise of the process several times as expensive.
    if (running === 0) producing.disable()
  }
}
