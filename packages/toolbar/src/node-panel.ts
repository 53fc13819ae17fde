import type { CallLog } from "./call-log.js"
import { DocumentEnd } from "./document-end.js"
import { beginsDocument } from "./document-start.js"
import { fieldsOf, mergeHeaders, type NodeResponse } from "./node-message.js"
import { changeHead, mayBePage, type PageHead } from "./response-head.js"
import { panelOf } from "./toolbar.js"
import { warnOnce } from "./warn-once.js"

/**
 * `"head"`: nothing is known yet. `"opening"`: the head waits for enough of the body to tell a document from a part of one.
 * `"page"`: a document, whose head has been changed. `"other"`: everything passes unchanged. `"ending"`: the panel is being made.
 */
type Stage = "head" | "opening" | "page" | "other" | "ending"

const wrongOrder =
  "The toolbar is inside of a page cache, which cannot store the pages that it is added to: put it outside of the cache"

/**
 * Adds the panel to the response if it turns out to be a page. What is wrapped around the response later, by handlers further
 * inside, such as a page cache, sees nothing of it. The body streams through: only its beginning and its end wait.
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
  /** The arguments of `writeHead`, whose call waits. `undefined`: nobody has called it, and Node will. */
  #head: readonly [status: number, message?: string] | undefined
  /** The beginning of the body, while the head waits, with those who wait for it to be written. */
  #opening: Buffer = Buffer.alloc(0)
  #waiting: (() => void)[] = []
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
        // The application wants its head sent now.
        if (this.#stage === "head" || this.#stage === "opening") this.#pass()
        this.#flushHeaders?.()
      },
    })
    // As they would be without the toolbar.
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
    // Throws as Node does, for the application to see.
    mergeHeaders(response, headers)
    this.#head = typeof message === "string" ? [status, message] : [status]
    this.#begin(status)
    return response
  }

  #begin(status: number): void {
    this.#stage = "opening"
    if (!mayBePage(status, fieldsOf(this.#response))) this.#pass()
  }

  #onWrite(given: readonly unknown[]): unknown {
    if (this.#stage === "head") this.#begin(this.#response.statusCode)
    if (this.#stage === "other") return this.#write(...given)
    // After the end, nothing is written.
    if (this.#stage === "ending") return false
    const [chunk, encoding] = given
    const bytes = bytesOf(chunk, encoding)
    if (bytes === undefined) {
      // Node throws.
      if (this.#stage === "opening") this.#pass()
      return this.#write(...given)
    }
    const callback = callbackIn(given)
    if (this.#stage === "page") return this.#send(this.#documentEnd.push(bytes), callback)
    this.#opening = Buffer.concat([this.#opening, bytes])
    if (callback !== undefined) this.#waiting.push(callback)
    const begun = beginsDocument(this.#opening, false)
    if (begun === undefined) return true
    if (!begun) return this.#pass()
    this.#change()
    this.#stage = "page"
    this.#sendHead()
    return this.#send(this.#documentEnd.push(this.#takeOpening()), this.#takeWaiting())
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
    if (callback !== undefined) this.#waiting.push(callback)
    this.#stage = "ending"
    void this.#endPage(page, last, whole)
    return this.#response
  }

  async #endPage(page: PageHead, last: Buffer, whole: boolean): Promise<void> {
    const panel = await panelOf(this.#log, page)
    const rest = Buffer.concat([last, this.#documentEnd.end(panel)])
    try {
      if (whole) {
        this.#response.setHeader("content-length", rest.byteLength)
        this.#sendHead()
      }
      // HTTP/2 writes what it ends with.
      this.#stage = "other"
      this.#end(rest, this.#takeWaiting())
    } catch (error) {
      // The application has sent the head by other means, or the connection is gone.
      warnOnce("A page could not be sent with its panel", error)
      this.#stage = "other"
      this.#end()
    }
  }

  /** Sends what has waited, unchanged; from now on everything passes. */
  #pass(): unknown {
    this.#stage = "other"
    this.#sendHead()
    const opening = this.#takeOpening()
    return opening.byteLength > 0 ? this.#write(opening, this.#takeWaiting()) : true
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

  #takeWaiting(): () => void {
    const waiting = this.#waiting
    this.#waiting = []
    return () => {
      for (const callback of waiting) callback()
    }
  }

  /** A page cache around this response did not store it, because of what the panel did to its head. */
  #checkOrder(): void {
    if (this.#page === undefined || this.#page.noStore) return
    if (this.#log.pageEvents.some(({ stored, reason }) => stored === false && reason === "no-store")) {
      warnOnce(wrongOrder)
    }
  }
}

/** The bytes of a chunk; `undefined` for a type that Node refuses. */
function bytesOf(chunk: unknown, encoding: unknown): Uint8Array | undefined {
  if (typeof chunk !== "string") return chunk instanceof Uint8Array ? chunk : undefined
  return Buffer.from(chunk, typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : "utf8")
}

/** What Node throws. */
function headersSent(): Error {
  const error = new Error("Cannot write headers after they are sent to the client")
  return Object.assign(error, { code: "ERR_HTTP_HEADERS_SENT" })
}

function callbackIn(given: readonly unknown[]): (() => void) | undefined {
  return given.find((one): one is () => void => typeof one === "function")
}
