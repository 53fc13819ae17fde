import { AsyncLocalStorage } from "node:async_hooks"
import type { Waiting } from "./single-flight.js"

const producing = new AsyncLocalStorage<Waiting>()

/** The flight whose producer this code runs in. */
export function currentFlight(): Waiting | undefined {
  return producing.getStore()
}

export function whileProducing<Value>(flight: Waiting, work: () => Value): Value {
  return producing.run(flight, work)
}
