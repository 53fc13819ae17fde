import type { HeaderLines } from "./engine/header-lines.js"
import type { PageControl } from "./page-control.js"
import type { PageAnswer, PageFill } from "./page-fill.js"

/** The arguments of a run that is not recorded. */
export interface PassingPlan {
  readonly control: PageControl
  readonly target: string
  /** Returns the lines to send instead of the handler's. */
  readonly answered: (status: number, headers: HeaderLines) => HeaderLines
}

/** A run of the handler that is not recorded; only `Cache-Status` is added. */
export class PassingFill implements PageFill {
  readonly control: PageControl
  readonly target: string
  readonly overrides: ReadonlyMap<string, string | null> = new Map()
  readonly recording = false
  readonly #answered: PassingPlan["answered"]
  #done: Promise<void> = Promise.resolve()

  constructor({ control, target, answered }: PassingPlan) {
    this.control = control
    this.target = target
    this.#answered = answered
  }

  /** Sets work that `end` waits for. */
  after(work: Promise<void>): void {
    this.#done = work
  }

  head(status: number, headers: HeaderLines): PageAnswer {
    return { status, headers: this.#answered(status, headers), body: "handler" }
  }

  cookieAdded(): void {}

  chunk(): void {}

  end(): Promise<void> {
    return this.#done
  }

  abort(): void {}

  fail(): undefined {
    return undefined
  }
}
