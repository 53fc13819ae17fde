import type { HeaderLines } from "../../src/engine/header-lines.js"
import { RecordingControl } from "../../src/page-control.js"
import type { PageResponse } from "../../src/page-exchange.js"
import type { PageAnswer, PageFill } from "../../src/page-fill.js"

/** A fill that records its calls, and returns what the test specifies. */
export class RecordedFill implements PageFill {
  readonly control: RecordingControl = new RecordingControl("miss")
  readonly target: string
  readonly overrides: Map<string, string | null> = new Map()
  readonly calls: string[] = []
  readonly chunks: Buffer[] = []
  readonly answerTo: (status: number, headers: HeaderLines) => PageAnswer
  readonly lastGood: PageResponse | undefined
  recording = true
  status: number | undefined
  headers: Headers = new Headers()
  /** Resolves when the run has ended. */
  readonly over: Promise<string>
  #finish: (how: string) => void = () => {}

  constructor({
    target = "/",
    answerTo = (status, headers) => ({ status, headers, body: "handler" }),
    lastGood,
  }: {
    target?: string
    answerTo?: (status: number, headers: HeaderLines) => PageAnswer
    lastGood?: PageResponse
  } = {}) {
    this.target = target
    this.answerTo = answerTo
    this.lastGood = lastGood
    this.over = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  get body(): string {
    return Buffer.concat(this.chunks).toString()
  }

  head(status: number, headers: HeaderLines): PageAnswer {
    this.calls.push("head")
    this.status = status
    this.headers = new Headers(headers.map(([name, value]): [string, string] => [name, value]))
    return this.answerTo(status, headers)
  }

  cookieAdded(): void {
    this.calls.push("cookie")
  }

  chunk(bytes: Uint8Array): void {
    this.chunks.push(Buffer.from(bytes))
  }

  async end(): Promise<void> {
    this.calls.push("end")
    this.#finish("end")
  }

  abort(): void {
    this.calls.push("abort")
    this.#finish("abort")
  }

  fail(): PageResponse | undefined {
    this.calls.push("fail")
    this.#finish("fail")
    return this.lastGood
  }
}
