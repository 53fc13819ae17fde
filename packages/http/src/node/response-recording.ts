import { type HeaderLines, withoutFields } from "../engine/header-lines.js"
import type { PageResponse } from "../page-exchange.js"
import type { PageAnswer, PageFill } from "../page-fill.js"
import { bytesOf, EndedBody, isChunk } from "./ended-body.js"
import { type HeadReplacement, headersOf, interceptHead, replaceHeaders, resetMessage } from "./head-interception.js"
import type { NodeResponse } from "./node-message.js"
import { warnOfOrder } from "./order-warning.js"
import { partOutside } from "./outside-headers.js"

export interface RecordingOptions {
  /** The method of the request: `"GET"`. */
  readonly method: string
  /** Returns true if the application writes to the response directly, bypassing its framework: such a reply is not stored. */
  readonly hijacked?: (() => boolean) | undefined
  /** The headers that were set before the page cache was reached. Default: those of the response. */
  readonly before?: HeaderLines | undefined
}

/**
 * Reports to the fill what a handler sends, and sends the head that the fill returns. Chunks are forwarded immediately, with
 * the return value of the real `write()`: no buffering, no delay.
 */
export function recordResponse(response: NodeResponse, fill: PageFill, options: RecordingOptions): ResponseRecording {
  const recording = new ResponseRecording(response, fill, options)
  recording.install()
  return recording
}

export class ResponseRecording {
  readonly #response: NodeResponse
  readonly #fill: PageFill
  readonly #options: RecordingOptions
  readonly #before: HeaderLines
  #answer: PageAnswer | undefined
  /** How many cookies the head sets that was passed on. */
  #cookies = 0
  #settled = false
  #trailers = false
  /** True inside the real `end`, which calls `write` in HTTP/2. */
  #ending = false
  /** The whole body, if `end` was called before the head was sent. */
  #whole: EndedBody | undefined
  #replacementSent = false

  constructor(response: NodeResponse, fill: PageFill, options: RecordingOptions) {
    this.#response = response
    this.#fill = fill
    this.#options = options
    this.#before = options.before ?? headersOf(response)
  }

  install(): void {
    const response = this.#response
    if (response.headersSent) warnOfOrder("sent")
    if (!isAlive(response)) {
      this.#abort()
      return
    }
    interceptHead(
      response,
      (status, headers) => this.#head(status, headers),
      () => {
        this.#answer = undefined
        this.#whole = undefined
      },
    )
    const write = response.write.bind(response)
    const end = response.end.bind(response)
    const addTrailers = response.addTrailers.bind(response)
    Object.assign(response, {
      write: (chunk: unknown, ...rest: readonly unknown[]) => this.#write(write, chunk, rest),
      end: (...given: readonly unknown[]) => this.#end(end, given),
      addTrailers: (...given: readonly unknown[]) => {
        this.#trailers = true
        return addTrailers(...given)
      },
    })
    response.once("close", () => this.#abort())
  }

  /**
   * The handler threw. Returns the response to send instead, and removes the headers that the handler has set; with
   * `undefined`, the error propagates, and what the application then sends is not recorded.
   */
  fail(error: unknown): PageResponse | undefined {
    const response = this.#response
    if (this.#settled || this.#answer !== undefined || response.headersSent) return undefined
    this.#settled = true
    const lastGood = this.#fill.fail(error)
    if (lastGood !== undefined) {
      replaceHeaders(response, headersOf(response), this.#before)
      resetMessage(response)
    }
    return lastGood
  }

  #head(status: number, headers: HeaderLines): HeadReplacement | undefined {
    if (this.#settled) return undefined
    if (this.#options.hijacked?.() === true) this.#fill.control.skip("hijacked")
    const { made, outside, removed } = partOutside(headers, this.#before)
    const whole = this.#trailers ? undefined : this.#whole
    const answer = this.#fill.head(status, made, { whole, removed })
    this.#answer = answer
    if (cookiesIn(this.#before) > 0) this.#warnOfCookie()
    const beside = withoutFields(outside, new Set(answer.removed))
    const lines = [...this.#withLength(answer), ...beside]
    this.#cookies = cookiesIn(lines)
    return { status: answer.status, headers: lines }
  }

  /** Middleware outside may add its cookies only when the head is sent. */
  #lookForCookies(): void {
    if (!this.#records || [this.#response.getHeader("set-cookie") ?? []].flat().length <= this.#cookies) return
    this.#fill.cookieAdded()
    this.#warnOfCookie()
  }

  #warnOfCookie(): void {
    if (this.#fill.control.outcome === "miss" && !this.#fill.recording) warnOfOrder("cookie")
  }

  /** Adds `Content-Length`, as Node's own `end` does when it sends the head. */
  #withLength({ status, headers, body }: PageAnswer): HeaderLines {
    const length = body === "handler" ? this.#whole?.byteLength : body?.byteLength
    if (length === undefined || status === 204 || status === 304 || this.#options.method === "HEAD") return headers
    if (headers.some(([name]) => framing.has(name.toLowerCase()))) return headers
    return [...headers, ["Content-Length", String(length)]]
  }

  #write(write: NodeResponse["write"], chunk: unknown, rest: readonly unknown[]): unknown {
    if (this.#ending || !isChunk(chunk)) return write(chunk, ...rest)
    this.#sendHead()
    const passed = this.#passes() ? write(chunk, ...rest) : this.#writeReplacement(write, rest)
    this.#lookForCookies()
    if (this.#records) this.#record(bytesOf(chunk, rest[0]))
    return passed
  }

  #end(end: NodeResponse["end"], given: readonly unknown[]): unknown {
    const [chunk, encoding] = typeof given[0] === "function" ? [] : given
    if (this.#ending || this.#response.writableEnded || (chunk && !isChunk(chunk))) return end(...given)
    const last = new EndedBody(chunk, encoding)
    this.#whole = last
    this.#sendHead()
    this.#ending = true
    // A handler that notices that its client has disconnected may end the body early.
    const whole = isAlive(this.#response) && !this.#trailers
    const ended = this.#passes() ? end(...given) : this.#endReplacement(end, given)
    this.#lookForCookies()
    if (this.#records) this.#record(last.bytes)
    if (whole) this.#complete()
    else this.#abort()
    return ended
  }

  /** Through the response's own `writeHead`, so that wrappers further inside run first. */
  #sendHead(): void {
    const response = this.#response
    if (this.#answer === undefined && !response.headersSent && !response.writableEnded) {
      response.writeHead(response.statusCode)
    }
  }

  #passes(): boolean {
    return this.#answer === undefined || this.#answer.body === "handler"
  }

  /** Sends the replacement instead of the handler's body. */
  #writeReplacement(write: NodeResponse["write"], rest: readonly unknown[]): unknown {
    const callback = rest.find((one) => typeof one === "function")
    const body = this.#takeReplacement()
    if (body !== undefined) return callback === undefined ? write(body) : write(body, callback)
    if (typeof callback === "function") process.nextTick(callback)
    return true
  }

  #endReplacement(end: NodeResponse["end"], given: readonly unknown[]): unknown {
    const body = this.#takeReplacement()
    const callbacks = given.filter((one) => typeof one === "function")
    return body === undefined ? end(...callbacks) : end(body, ...callbacks)
  }

  #takeReplacement(): Uint8Array | undefined {
    const body = this.#replacementSent ? null : this.#answer?.body
    this.#replacementSent = true
    return body instanceof Uint8Array ? body : undefined
  }

  get #records(): boolean {
    return !this.#settled && this.#fill.recording
  }

  #record(bytes: Uint8Array | undefined): void {
    if (bytes !== undefined && bytes.byteLength > 0) this.#fill.chunk(bytes)
  }

  #complete(): void {
    if (this.#settled) return
    this.#settled = true
    void this.#fill.end()
  }

  #abort(): void {
    if (this.#settled) return
    this.#settled = true
    this.#fill.abort(hasHungUp(this.#response) ? "client" : undefined)
  }
}

function cookiesIn(lines: HeaderLines): number {
  return lines.filter(([name]) => name.toLowerCase() === "set-cookie").length
}

const framing: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"])

/** Whether the client is still connected. `socket` is null for a pipelined HTTP/1 response, undefined for a closed HTTP/2 stream. */
export function isAlive({ destroyed, socket }: NodeResponse): boolean {
  return destroyed !== true && socket !== undefined && socket?.destroyed !== true
}

/** CANCEL, sent by HTTP/2 clients that abort a request (RFC 9113, 7). */
const cancelled = 8

/** Whether the client disconnected, rather than the handler destroying its response. */
function hasHungUp({ socket, stream }: NodeResponse): boolean {
  if (stream !== undefined) return stream.rstCode === cancelled
  return socket?.readableEnded === true || (socket?.errored ?? null) !== null
}
