import { AsyncLocalStorage } from "node:async_hooks"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { type Operation, operations } from "@larder/core"
import { callSite } from "./call-site.js"
import { guarded } from "./guarded.js"
import { ProducerCosts } from "./producer-costs.js"
import { Tally } from "./tally.js"

export interface LoggedCall {
  readonly operation: Operation
  /** The line of the application that made the call: `src/views.ts:31`. */
  readonly site: string | undefined
}

/** The log has room for this many entries per call, because a call can contain other operations. */
const entriesPerCall = 5

/** The fields of `PageEvent` of `@larder/http` that the toolbar uses. */
export interface PageEvent {
  readonly outcome: string
  readonly reason: string | undefined
  readonly stored: boolean | undefined
}

/** The cache calls of one request, or of another piece of work, in the order in which they started. */
export class CallLog {
  /** The first calls, and the operations inside them. */
  readonly calls: LoggedCall[] = []
  /** Totals of all calls that have ended, by alias. */
  readonly tallies: Map<string, Tally> = new Map()
  readonly pageEvents: PageEvent[] = []
  /** The number of calls, without the operations inside them. */
  callCount = 0
  readonly costs: ProducerCosts
  readonly #maxCalls: number

  /** Keeps the first `maxCalls` calls and only counts later ones. `costs` is shared with earlier logs. */
  constructor(maxCalls: number, costs: ProducerCosts = new ProducerCosts()) {
    this.#maxCalls = maxCalls
    this.costs = costs
  }

  start(operation: Operation): void {
    const isPart = operation.parent !== undefined
    if (!isPart) this.callCount++
    if (isPart ? this.calls.length >= this.#maxCalls * entriesPerCall : this.callCount > this.#maxCalls) return
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

/** The channel of `@larder/http`, which does not have to be installed. */
const pageChannel = "larder:page"
const maxPageEvents = 20

/** The log of a piece of work, until its end: timers and connections that the work created keep the context for ever. */
interface Recording {
  log: CallLog | undefined
}

const recordings = new AsyncLocalStorage<Recording>()
let openLogs = 0

const subscribers = {
  start: recording((log, operation: Operation) => log.start(operation)),
  asyncEnd: recording((log, operation: Operation) => log.end(operation)),
}
const onPage = recording(notePage)

/** Returns a subscriber that records events in the log of the current request, if there is one. */
function recording<Event>(record: (log: CallLog, event: Event) => void): (event: Event) => void {
  return guarded("A cache call could not be recorded", (event: Event) => {
    const log = recordings.getStore()?.log
    if (log !== undefined) record(log, event)
  })
}

/** Whether the calls made here are being logged. */
export function isRecording(): boolean {
  return recordings.getStore()?.log !== undefined
}

/**
 * Runs `work` and logs the cache calls that it makes, directly or later, until it calls `close`. It subscribes only while a
 * log is open, because tracing slows down all requests of the process.
 */
export function logCalls<Result>(log: CallLog, work: (close: () => void) => Result): Result {
  if (openLogs++ === 0) {
    operations.subscribe(subscribers)
    subscribe(pageChannel, onPage)
  }
  const recording: Recording = { log }
  const close = (): void => {
    if (recording.log === undefined) return
    recording.log = undefined
    if (--openLogs > 0) return
    operations.unsubscribe(subscribers)
    unsubscribe(pageChannel, onPage)
  }
  try {
    return recordings.run(recording, work, close)
  } catch (error) {
    close()
    throw error
  }
}

function notePage({ pageEvents }: CallLog, event: unknown): void {
  if (pageEvents.length >= maxPageEvents || typeof event !== "object" || event === null) return
  const { outcome, reason, stored }: { outcome?: unknown; reason?: unknown; stored?: unknown } = event
  if (typeof outcome !== "string") return
  pageEvents.push({
    outcome,
    reason: typeof reason === "string" ? reason : undefined,
    stored: typeof stored === "boolean" ? stored : undefined,
  })
}
