import type { NodeResponse } from "./node-message.js"

/** Header fields in the order in which they are sent, a name once for each of its lines. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

/** What is about to be sent in front of a body. */
export interface ResponseHead {
  readonly status: number
  readonly headers: HeaderList
}

/** What is sent in its place. */
export interface HeadDecision {
  /** All header fields to send. Absent: those of the handler. */
  readonly headers?: HeaderList
  /** The client has this representation: it gets a 304 and no body. The body is recorded all the same. */
  readonly notModified?: boolean
  /** How many bytes of body to record, if it is not longer than that. Absent: none. */
  readonly record?: number
}

/** What a capture reports: `head` at most once, then `complete` or `abandon`, once. */
export interface ResponseObserver {
  /** The status and all headers are known and nothing has been sent. Must not throw. */
  head(head: ResponseHead): HeadDecision
  /** The handler has ended a body that was to be recorded, and it is whole. */
  complete(body: Buffer): void
  /** There will be no complete body to store. */
  abandon(reason: AbandonReason): void
}

/**
 * Why a response was not recorded: the head was not to be; the connection closed before the handler ended it; its
 * length is not what it said; it is longer than allowed; trailers were added; the framework's reply was taken over.
 */
export type AbandonReason = "head" | "aborted" | "length-mismatch" | "too-large" | "trailers" | "hijacked"

export interface CaptureOptions {
  readonly method: string
  /** True when the application writes to the response behind its framework's back: such a reply passes untouched. */
  readonly hijacked?: () => boolean
}

/**
 * Watches what a handler sends, and lets the observer change the head. Chunks pass on as they come, with the return
 * value of the real `write()`: recording adds no buffering, no delay and no copy beyond `record` bytes.
 *
 * Only instance methods are replaced, so that what wraps the response before (compression outside) and after
 * (compression inside) keeps its place.
 */
export function captureResponse(response: NodeResponse, observer: ResponseObserver, options: CaptureOptions): void {
  new ResponseCapture(response, observer, options).install()
}

type State = "before-head" | "recording" | "passing"

class ResponseCapture {
  readonly #response: NodeResponse
  readonly #observer: ResponseObserver
  readonly #options: CaptureOptions
  readonly #chunks: Buffer[] = []
  #state: State = "before-head"
  #bytes = 0
  #limit = 0
  #declaredLength: number | undefined
  /** The client gets a 304: the handler's body is recorded and not sent. */
  #withholdsBody = false
  /** Inside the real `end`, which in HTTP/2 calls `write`. */
  #ending = false
  /** The length of the body, known while an `end` that nothing was written before sends the head. */
  #wholeLength: number | undefined

  constructor(response: NodeResponse, observer: ResponseObserver, options: CaptureOptions) {
    this.#response = response
    this.#observer = observer
    this.#options = options
  }

  install(): void {
    const response = this.#response
    const writeHead = response.writeHead.bind(response)
    const write = response.write.bind(response)
    const end = response.end.bind(response)
    const addTrailers = response.addTrailers.bind(response)

    Object.assign(response, {
      writeHead: (status: number, ...rest: readonly unknown[]) => this.#writeHead(writeHead, status, rest),
      write: (chunk: unknown, ...rest: readonly unknown[]) => this.#write(write, chunk, rest),
      end: (...given: readonly unknown[]) => this.#end(end, given),
      addTrailers: (...given: readonly unknown[]) => {
        this.#abandon("trailers")
        return addTrailers(...given)
      },
    })
    response.once("close", () => this.#abandon("aborted"))
  }

  #writeHead(writeHead: NodeResponse["writeHead"], status: number, rest: readonly unknown[]): unknown {
    // A second head is the handler's mistake, and a final one comes after informational ones: both are Node's to judge.
    if (this.#state !== "before-head" || status < 200) return writeHead(status, ...rest)
    if (this.#options.hijacked?.() === true) {
      this.#abandon("hijacked")
      return writeHead(status, ...rest)
    }
    const response = this.#response
    const message = typeof rest[0] === "string" ? [rest[0]] : []
    setGivenHeaders(response, rest[message.length] ?? rest[1])
    const headers = headersOf(response)
    const decision = this.#observer.head({ status, headers })
    this.#declaredLength = contentLengthOf(headers)
    this.#withholdsBody = decision.notModified === true
    this.#limit = decision.record ?? 0
    this.#state = "recording"
    if (decision.record === undefined) this.#abandon("head")
    if (decision.headers !== undefined) replaceHeaders(response, headers, decision.headers)
    if (this.#withholdsBody) return writeHead(304)
    this.#declareLength(status)
    return writeHead(status, ...message)
  }

  /** As Node does for a head that its own `end` sends. */
  #declareLength(status: number): void {
    const response = this.#response
    if (this.#wholeLength === undefined || status === 204 || status === 304 || this.#options.method === "HEAD") return
    if (response.hasHeader("content-length") || response.hasHeader("transfer-encoding")) return
    response.setHeader("Content-Length", this.#wholeLength)
  }

  #write(write: NodeResponse["write"], chunk: unknown, rest: readonly unknown[]): unknown {
    if (this.#ending) return write(chunk, ...rest)
    this.#sendHead()
    const accepted = this.#withholdsBody ? this.#swallow(rest) : write(chunk, ...rest)
    this.#record(chunk, rest[0])
    return accepted
  }

  #end(end: NodeResponse["end"], given: readonly unknown[]): unknown {
    const response = this.#response
    if (this.#ending || response.writableEnded) return end(...given)
    const [chunk, encoding] = typeof given[0] === "function" ? [] : given
    this.#wholeLength = lengthOf(chunk, encoding)
    this.#sendHead()
    this.#ending = true
    const whole = isAlive(response)
    const ended = this.#withholdsBody ? end(...given.filter((one) => typeof one === "function")) : end(...given)
    if (chunk !== undefined && chunk !== null) this.#record(chunk, encoding)
    if (whole) this.#complete()
    else this.#abandon("aborted")
    return ended
  }

  /** Through the response itself, so that what wraps `writeHead` further inside has its say first. */
  #sendHead(): void {
    const response = this.#response
    if (this.#state === "before-head" && !response.headersSent && !response.writableEnded) {
      response.writeHead(response.statusCode)
    }
  }

  #swallow(rest: readonly unknown[]): boolean {
    const written = rest.find((one): one is () => void => typeof one === "function")
    if (written !== undefined) process.nextTick(written)
    return true
  }

  /** Copies, since the caller may use the memory of the chunk again. */
  #record(chunk: unknown, encoding: unknown): void {
    if (this.#state !== "recording") return
    const copy = bytesOf(chunk, encoding)
    this.#bytes += copy.byteLength
    if (this.#bytes > this.#limit) this.#abandon("too-large")
    else this.#chunks.push(copy)
  }

  #complete(): void {
    if (this.#state !== "recording") return
    if (this.#declaredLength !== undefined && this.#declaredLength !== this.#bytes) {
      this.#abandon("length-mismatch")
      return
    }
    this.#state = "passing"
    const [only] = this.#chunks
    const body = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.#bytes)
    this.#chunks.length = 0
    this.#observer.complete(body)
  }

  #abandon(reason: AbandonReason): void {
    if (this.#state === "passing") return
    this.#state = "passing"
    this.#chunks.length = 0
    this.#observer.abandon(reason)
  }
}

/** Whether there is still a client: a handler that notices that there is none may well end its body early. */
function isAlive(response: NodeResponse): boolean {
  return !response.destroyed && response.socket?.destroyed !== true
}

/** Merges the headers given to `writeHead` into those that were set, as Node does. */
function setGivenHeaders(response: NodeResponse, given: unknown): void {
  if (Array.isArray(given)) {
    const pairs = pairsOf(given)
    for (const [name] of pairs) response.removeHeader(name)
    for (const [name, value] of pairs) response.appendHeader(name, value)
  } else if (typeof given === "object" && given !== null) {
    for (const [name, value] of Object.entries(given)) {
      if (name !== "") response.setHeader(name, value)
    }
  }
}

/** Node takes headers as one flat array, or as an array of pairs. */
function pairsOf(given: readonly unknown[]): (readonly [name: string, value: unknown])[] {
  const flat = given.length > 0 && Array.isArray(given[0]) ? given.flat() : given
  if (flat.length % 2 !== 0) {
    throw new TypeError(`The headers given to writeHead are names and values in turn; got ${flat.length} items`)
  }
  return Array.from({ length: flat.length / 2 }, (_, index) => [String(flat[index * 2]), flat[index * 2 + 1]])
}

function headersOf(response: NodeResponse): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = []
  for (const name of response.getRawHeaderNames?.() ?? response.getHeaderNames()) {
    const value = response.getHeader(name)
    if (Array.isArray(value)) for (const line of value) headers.push([name, String(line)])
    else if (value !== undefined) headers.push([name, String(value)])
  }
  return headers
}

function replaceHeaders(response: NodeResponse, present: HeaderList, wanted: HeaderList): void {
  const lines = new Map<string, { name: string; values: string[] }>()
  for (const [name, value] of wanted) {
    const known = lines.get(name.toLowerCase())
    if (known === undefined) lines.set(name.toLowerCase(), { name, values: [value] })
    else known.values.push(value)
  }
  for (const [name] of present) if (!lines.has(name.toLowerCase())) response.removeHeader(name)
  for (const { name, values } of lines.values()) {
    const [first = "", ...others] = values
    response.setHeader(name, others.length === 0 ? first : values)
  }
}

function contentLengthOf(headers: HeaderList): number | undefined {
  const line = headers.find(([name]) => name.toLowerCase() === "content-length")
  return line === undefined ? undefined : Number(line[1])
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === "string") return Buffer.from(chunk, encodingOf(encoding))
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0)
}

function lengthOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === "string") return Buffer.byteLength(chunk, encodingOf(encoding))
  return chunk instanceof Uint8Array ? chunk.byteLength : 0
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : "utf8"
}
