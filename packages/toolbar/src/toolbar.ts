import { ConfigurationError } from "@larder/core"
import { type Access, type AccessOptions, accessFor } from "./access.js"
import { CallLog, isRecording, logCalls } from "./call-log.js"
import { reportOf } from "./call-report.js"
import { renderPanel } from "./panel.js"
import { ProducerCosts } from "./producer-costs.js"
import { isNavigation, type RequestHead } from "./request-head.js"
import type { PageHead } from "./response-head.js"
import { askTimesLeft } from "./time-left.js"
import { warnOnce } from "./warn-once.js"

/** The options of the toolbar. `Request` is what `authorize` receives: the framework's request, or its context. */
export interface ToolbarOptions<Request> extends AccessOptions<Request> {
  /** How many calls of a request are listed. Later ones are only counted. Default: 500. */
  readonly maxCalls?: number | undefined
}

const defaultMaxCalls = 500

/** The part of the toolbar that does not depend on the framework. */
export class Toolbar<Request> {
  readonly #access: Access<Request>
  readonly #maxCalls: number
  readonly #costs = new ProducerCosts()

  private constructor(access: Access<Request>, maxCalls: number) {
    this.#access = access
    this.#maxCalls = maxCalls
  }

  /** `undefined` if the toolbar is off. Throws a `ConfigurationError` for invalid options. */
  static for<Request>(options: ToolbarOptions<Request>): Toolbar<Request> | undefined {
    const { maxCalls = defaultMaxCalls } = options
    if (!Number.isSafeInteger(maxCalls) || maxCalls < 1) {
      throw new ConfigurationError(`maxCalls must be an integer of at least 1; got ${String(maxCalls)}`)
    }
    const access = accessFor(options)
    return access && new Toolbar(access, maxCalls)
  }

  /** Whether a page that answers this request gets a panel. Never rejects. */
  async admits(request: Request, head: RequestHead): Promise<boolean> {
    // Another toolbar outside this one, or a test, has the calls.
    return !isRecording() && isNavigation(head) && this.#access(request, head)
  }

  /** Runs `work` and logs the cache calls that it makes, directly or later, until it calls `close`. */
  record<Result>(work: (log: CallLog, close: () => void) => Result): Result {
    const log = new CallLog(this.#maxCalls, this.#costs)
    return logCalls(log, (close) => work(log, close))
  }
}

/** Renders the panel. Resolves with an empty string if that fails, so that the page is still sent. Never rejects. */
export async function panelMarkup(log: CallLog, { nonce, cacheStatus }: PageHead): Promise<string> {
  try {
    const times = await askTimesLeft(log.calls.map(({ operation }) => operation))
    return renderPanel(reportOf(log, times, cacheStatus), nonce)
  } catch (error) {
    warnOnce("The panel could not be rendered", error)
    return ""
  }
}
