import { AsyncLocalStorage } from "node:async_hooks"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { type Operation, operations } from "@larder/core"
import { callSite } from "./call-site.js"
import { ProducerCosts } from "./producer-costs.js"
import { Tally } from "./tally.js"
import { warnOnce } from "./warn-once.js"

export interface LoggedCall {
  readonly operation: Operation
  /** Where the application made it: `src/views.ts:31`. */
  readonly site: string | undefined
}

/** Entries of a log per call that it may have, for the calls that a call is made of. */
const roomForParts = 5

/** What a page cache said of the request, as `PageEvent` of `@larder/http` does. */
export interface PageEvent {
  readonly outcome: string
  readonly reason: string | undefined
  readonly stored: boolean | undefined
}

/** The cache calls of one request, or of another piece of work, in the order in which they began. */
export class CallLog {
  /** The first of them, with the calls that they are made of. */
  readonly calls: LoggedCall[] = []
  /** Of all calls that have ended, by alias. */
  readonly tallies: Map<string, Tally> = new Map()
  readonly pageEvents: PageEvent[] = []
  /** How many calls there were that are not part of another one. */
  begun = 0
  readonly costs: ProducerCosts
  readonly #most: number

  /** Keeps the first `most` calls, and counts the others. `costs` are those that earlier logs have seen. */
  constructor(most: number, costs: ProducerCosts = new ProducerCosts()) {
    this.#most = most
    this.costs = costs
  }

  begin(operation: Operation): void {
    const isPart = operation.parent !== undefined
    if (!isPart) this.begun++
    if (isPart ? this.calls.length >= this.#most * roomForParts : this.begun > this.#most) return
    this.calls.push({ operation, site: isPart ? undefined : callSite() })
  }

  end(operation: Operation): void {
    this.costs.note(operation)
    if (operation.parent !== undefined) return
    let tally = this.tallies.get(operation.alias)
    if (tally === undefined) {
      tally = new Tally()
      this.tallies.set(operation.alias, tally)
    }
    tally.add(operation)
  }
}

/** Of `@larder/http`, which need not be installed. */
const pageChannel = "larder:page"
const mostPageEvents = 20

const logs = new AsyncLocalStorage<CallLog>()
let open = 0

const subscribers = {
  start: (operation: Operation): void => note((log) => log.begin(operation)),
  asyncEnd: (operation: Operation): void => note((log) => log.end(operation)),
}
const onPage = (event: unknown): void => note((log) => notePage(log, event))

/** What a subscriber throws would end the process. */
function note(work: (log: CallLog) => void): void {
  const log = logs.getStore()
  if (log === undefined) return
  try {
    work(log)
  } catch (error) {
    warnOnce("A cache call could not be recorded", error)
  }
}

/**
 * Runs `work`, and logs the calls that it makes, or that follow from it, until it calls `close`. Subscribed only meanwhile:
 * tracing costs the other requests of the process something, too.
 */
export function logCalls<Result>(log: CallLog, work: (close: () => void) => Result): Result {
  if (open++ === 0) {
    operations.subscribe(subscribers)
    subscribe(pageChannel, onPage)
  }
  let closed = false
  const close = (): void => {
    if (closed) return
    closed = true
    if (--open > 0) return
    operations.unsubscribe(subscribers)
    unsubscribe(pageChannel, onPage)
  }
  try {
    return logs.run(log, work, close)
  } catch (error) {
    close()
    throw error
  }
}

function notePage({ pageEvents: seen }: CallLog, event: unknown): void {
  if (seen.length >= mostPageEvents || typeof event !== "object" || event === null) return
  const { outcome, reason, stored }: { outcome?: unknown; reason?: unknown; stored?: unknown } = event
  if (typeof outcome !== "string") return
  seen.push({
    outcome,
    reason: typeof reason === "string" ? reason : undefined,
    stored: typeof stored === "boolean" ? stored : undefined,
  })
}
