import { ConfigurationError } from "@larder/core"
import { type Access, type AccessOptions, accessFor } from "./access.js"
import { CallLog, logCalls } from "./call-log.js"
import { reportOf } from "./call-report.js"
import { renderPanel } from "./panel.js"
import { ProducerCosts } from "./producer-costs.js"
import type { PageHead } from "./response-head.js"
import { asksForPage, type SeenRequest } from "./seen-request.js"
import { askTimesLeft } from "./time-left.js"
import { warnOnce } from "./warn-once.js"

/** Options of the toolbar. `Request` is what the framework passes to `authorize`. */
export interface ToolbarOptions<Request> extends AccessOptions<Request> {
  /** How many calls of a request are listed; the others are only counted. Default: 500. */
  readonly maxCalls?: number | undefined
}

const usualCalls = 500

/** What the entries for all frameworks have in common. */
export class Toolbar<Request> {
  readonly #access: Access<Request>
  readonly #maxCalls: number
  readonly #costs = new ProducerCosts()

  private constructor(access: Access<Request>, maxCalls: number) {
    this.#access = access
    this.#maxCalls = maxCalls
  }

  /** `undefined` if it is off. Throws a `ConfigurationError` for options that cannot work. */
  static for<Request>(options: ToolbarOptions<Request>): Toolbar<Request> | undefined {
    const { maxCalls = usualCalls } = options
    if (!Number.isSafeInteger(maxCalls) || maxCalls < 1) {
      throw new ConfigurationError(`maxCalls is a number of calls, from 1; got ${String(maxCalls)}`)
    }
    const access = accessFor(options)
    return access && new Toolbar(access, maxCalls)
  }

  /** Whether the response to this request gets a panel, if it is a page. Never rejects. */
  async admits(request: Request, seen: SeenRequest): Promise<boolean> {
    if (!asksForPage(seen)) return false
    const { address } = seen
    return this.#access(request, { address, has: (name) => seen.header(name) !== undefined })
  }

  /** Runs `work`, and logs the calls that follow from it until it calls `close`. */
  record<Result>(work: (log: CallLog, close: () => void) => Result): Result {
    const log = new CallLog(this.#maxCalls, this.#costs)
    return logCalls(log, (close) => work(log, close))
  }
}

/** The panel, as markup; empty if it cannot be made: the page is worth more. Never rejects. */
export async function panelOf(log: CallLog, { nonce, cacheStatus }: PageHead): Promise<string> {
  try {
    const times = await askTimesLeft(log.calls.map(({ operation }) => operation))
    return renderPanel(reportOf(log, times, cacheStatus), nonce)
  } catch (error) {
    warnOnce("The panel could not be made", error)
    return ""
  }
}
