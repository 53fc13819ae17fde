import { AsyncLocalStorage } from "node:async_hooks"
import { type Operation, operations } from "@larder/core"

/** The cache calls of one request, or of another piece of work, in the order in which they began. */
export class CallLog {
  readonly #most: number
  readonly #calls: Operation[] = []

  /** Keeps the first `most` calls. */
  constructor(most: number) {
    this.#most = most
  }

  get calls(): readonly Operation[] {
    return this.#calls
  }

  begin(operation: Operation): void {
    if (this.#calls.length < this.#most) this.#calls.push(operation)
  }
}

const logs = new AsyncLocalStorage<CallLog>()
let open = 0

const subscribers = {
  start: (operation: Operation): void => logs.getStore()?.begin(operation),
}

/** Runs `work`, and logs the calls that it makes, or that follow from it, until `close` is called. */
export function logCalls<Result>(log: CallLog, work: (close: () => void) => Result): Result {
  // Subscribed only meanwhile: tracing costs the other requests something, too.
  if (open++ === 0) operations.subscribe(subscribers)
  let closed = false
  const close = (): void => {
    if (closed) return
    closed = true
    if (--open === 0) operations.unsubscribe(subscribers)
  }
  try {
    return logs.run(log, work, close)
  } catch (error) {
    close()
    throw error
  }
}
