import { type OperationSubscribers, operations } from "@larder/core"
import { guarded } from "./guarded.js"
import { Measurements, type Recorder } from "./measurements.js"
import { subscribeToPages } from "./page-events.js"

/** Records the operations of all caches of the process until `stop` is called. */
export function measure(recorder: Recorder, maxCaches: number): { measurements: Measurements; stop: () => void } {
  const measurements = new Measurements(recorder, maxCaches)
  const subscribers: OperationSubscribers = {
    asyncEnd: guarded((operation) => measurements.operationEnded(operation)),
    error: guarded((operation) => measurements.operationFailed(operation)),
  }
  operations.subscribe(subscribers)
  const unsubscribeFromPages = subscribeToPages(guarded((event) => measurements.pageHandled(event)))
  return {
    measurements,
    stop: () => {
      operations.unsubscribe(subscribers)
      unsubscribeFromPages()
    },
  }
}
