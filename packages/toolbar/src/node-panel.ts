import type { CallLog } from "./call-log.js"
import { DocumentEnd } from "./document-end.js"
import { beginsDocument } from "./document-start.js"
import { fieldsOf, mergeHeaders, type NodeResponse } from "./node-message.js"
import { canHavePanel, changeHead, type PageHead } from "./response-head.js"
import { panelMarkup } from "./toolbar.js"
import { warnOnce } from "./warn-once.js"

/**
 * `"head"`: the head is not known yet. `"opening"`: the head is held until the body shows whether it is a document or a
 * fragment. `"page"`: the body is a document, and its head has been sent with changes. `"other"`: everything passes unchanged.
 * `"ending"`: the panel is being rendered.
 */
type Stage = "head" | "opening" | "page" | "other" | "ending"

const wrongOrder =
  "The toolbar is inside a page cache, which therefore does not store pages with a panel. Mount the toolbar outside the cache"

/**
 * Adds the panel to the response if that turns out to be a page. Handlers that wrap the response afterwards, such as a page
 * cache, do not see the panel. The body is streamed: only its beginning and its end are held back.
 */
export function addPanel(response: NodeResponse, log: CallLog): void {
  new PanelResponse(response, log).install()
}

class PanelResponse {
  readonly #response: NodeResponse
  readonly #log: CallLog
  readonly #writeHead: NodeResponse["writeHead"]
  readonly #write: NodeResponse["write"]
  readonly #end: NodeResponse["end"]
  readonly #flushHeaders: NodeResponse["flushHeaders"]
  #stage: Stage = "head"
  /** The arguments of the delayed `writeHead` call. `undefined`: it was not called, and Node will call it. */
  #head: readonly [status: number, message?: string] | undefined
  /** The beginning of the body, while the head is held. */
  #opening: Buffer = Buffer.alloc(0)
  /** The callbacks of writes that are held. */
  #callbacks: (() => void)[] = []
  readonly #documentEnd = new DocumentEnd()
  #page: PageHead | undefined

  constructor(response: NodeResponse, log: CallLog) {
    this.#response = response
    this.#log = log
    this.#writeHead = response.writeHead.bind(response)
    this.#write = response.write.bind(response)
    this.#end = response.end.bind(response)
    this.#flushHeaders = response.flushHeaders?.bind(response)
  }

  install(): void {
    const response = this.#response
    Object.assign(response, {
      writeHead: (status: number, ...rest: readonly unknown[]) => this.#onHead(status, rest),
      write: (...given: readonly unknown[]) => this.#onWrite(given),
      end: (...given: readonly unknown[]) => this.#onEnd(given),
      flushHeaders: () => {
        // The application wants the head to be sent now.
        if (this.#stage === "head" || this.#stage === "opening") this.#pass()
        this.#flushHeaders?.()
      },
    })
    // The values that they would have without the toolbar.
    this.#define("headersSent", () => this.#stage === "opening" || this.#stage === "ending")
    this.#define("writableEnded", () => this.#stage === "ending")
    response.once("finish", () => this.#checkOrder())
  }

  #define(name: "headersSent" | "writableEnded", also: () => boolean): void {
    const response = this.#response
    Object.defineProperty(response, name, {
      configurable: true,
      get: () => also() || Reflect.get(Object.getPrototypeOf(response), name, response),
    })
  }

  #onHead(status: number, rest: readonly unknown[]): unknown {
    if (this.#stage === "opening" || this.#stage === "ending") throw headersSent()
    if (this.#stage !== "head" || status < 200) return this.#writeHead(status, ...rest)
    const response = this.#response
    const [message, headers] = typeof rest[0] === "string" ? rest : [undefined, rest[0] ?? rest[1]]
    // Throws to the application if a header is invalid, as Node does.
    mergeHeaders(response, headers)
    this.#head = typeof message === "string" ? [status, message] : [status]
    this.#begin(status)
    return response
  }

  #begin(status: number): void {
    this.#stage = "opening"
    if (!canHavePanel(status, fieldsOf(this.#response))) this.#pass()
  }

  #onWrite(given: readonly unknown[]): unknown {
    if (this.#stage === "head") this.#begin(this.#response.statusCode)
    if (this.#stage === "other") return this.#write(...given)
    // Writes after the end are ignored.
    if (this.#stage === "ending") return false
    const [chunk, encoding] = given
    const bytes = bytesOf(chunk, encoding)
    if (bytes === undefined) {
      // Node throws the error.
      if (this.#stage === "opening") this.#pass()
      return this.#write(...given)
    }
    const callback = callbackIn(given)
    if (this.#stage === "page") return this.#send(this.#documentEnd.push(bytes), callback)
    this.#opening = Buffer.concat([this.#opening, bytes])
    if (callback !== undefined) this.#callbacks.push(callback)
    const begun = beginsDocument(this.#opening, false)
    if (begun === undefined) return true
    if (!begun) return this.#pass()
    this.#change()
    this.#stage = "page"
    this.#sendHead()
    return this.#send(this.#documentEnd.push(this.#takeOpening()), this.#takeCallbacks())
  }

  #onEnd(given: readonly unknown[]): unknown {
    if (this.#stage === "ending") return this.#response
    if (this.#stage === "head") this.#begin(this.#response.statusCode)
    const [chunk, encoding] = typeof given[0] === "function" ? [] : given
    const bytes = chunk === undefined || chunk === null ? Buffer.alloc(0) : bytesOf(chunk, encoding)
    if (this.#stage === "opening") {
      if (bytes === undefined || beginsDocument(Buffer.concat([this.#opening, bytes]), true) !== true) this.#pass()
    }
    if (this.#stage === "other" || bytes === undefined) return this.#end(...given)
    const whole = this.#stage === "opening"
    const page = this.#page ?? this.#change()
    const last = this.#documentEnd.push(Buffer.concat([this.#takeOpening(), bytes]))
    const callback = callbackIn(given)
    if (callback !== undefined) this.#callbacks.push(callback)
    this.#stage = "ending"
    void this.#endPage(page, last, whole)
    return this.#response
  }

  async #endPage(page: PageHead, last: Buffer, whole: boolean): Promise<void> {
    const panel = await panelMarkup(this.#log, page)
    const rest = Buffer.concat([last, this.#documentEnd.end(panel)])
    try {
      if (whole) {
        this.#response.setHeader("content-length", rest.byteLength)
        this.#sendHead()
      }
      // The end method of HTTP/2 responses calls write.
      this.#stage = "other"
      this.#end(rest, this.#takeCallbacks())
    } catch (error) {
      // The application sent the head in another way, or the connection is closed.
      warnOnce("A page could not be sent with its panel", error)
      this.#stage = "other"
      this.#end()
    }
  }

  /** Sends unchanged what was held back. From now on, everything passes. */
  #pass(): unknown {
    this.#stage = "other"
    this.#sendHead()
    return this.#send(this.#takeOpening(), this.#callbacks.length > 0 ? this.#takeCallbacks() : undefined)
  }

  #change(): PageHead {
    this.#page = changeHead(fieldsOf(this.#response))
    return this.#page
  }

  #sendHead(): void {
    const head = this.#head
    this.#head = undefined
    if (head !== undefined) this.#writeHead(...head)
  }

  #send(bytes: Buffer, callback: (() => void) | undefined): unknown {
    if (bytes.byteLength > 0) return this.#write(bytes, callback)
    if (callback !== undefined) process.nextTick(callback)
    return true
  }

  #takeOpening(): Buffer {
    const opening = this.#opening
    this.#opening = Buffer.alloc(0)
    return opening
  }

  #takeCallbacks(): () => void {
    const callbacks = this.#callbacks
    this.#callbacks = []
    return () => {
      for (const callback of callbacks) callback()
    }
  }

  /** Warns if an outer page cache did not store the page because the panel made it `no-store`. */
  #checkOrder(): void {
    if (this.#page === undefined || this.#page.noStore) return
    if (this.#log.pageEvents.some(({ stored, reason }) => stored === false && reason === "no-store")) {
      warnOnce(wrongOrder)
    }
  }
}

/** The bytes of a chunk; `undefined` if Node does not accept its type. */
function bytesOf(chunk: unknown, encoding: unknown): Uint8Array | undefined {
  if (typeof chunk !== "string") return chunk instanceof Uint8Array ? chunk : undefined
  return Buffer.from(chunk, typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : "utf8")
}

/** The error that Node throws. */
function headersSent(): Error {
  const error = new Error("Cannot write headers after they are sent to the client")
  return Object.assign(error, { code: "ERR_HTTP_HEADERS_SENT" })
}

function callbackIn(given: readonly unknown[]): (() => void) | undefined {
  return given.find((one): one is () => void => typeof one === "function")
}
