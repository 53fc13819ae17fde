import type { HeaderLines } from "./engine/header-lines.js"
import type { PageControl } from "./page-control.js"
import type { PageResponse } from "./page-exchange.js"

/**
 * One run of the handler: what it is to see, and what becomes of what it answers. An entry calls `head`, then `chunk` any
 * number of times, then `end` or `abort`, each once; or `fail` when the handler throws before its head. No method throws
 * or rejects, whatever the store does.
 *
 * The entry attaches `control` to the request that the handler gets (`attachControl`), shows the handler `target` and
 * `overrides` in place of what the client sent, and forwards bytes without waiting for the cache.
 */
export interface PageFill {
  readonly control: PageControl
  /** Path and query for the handler: an ignored query parameter is not in it. */
  readonly target: string
  /**
   * Request headers that the handler is to see otherwise than the client sent them, by their lower-case names: another
   * value, or `null` for not at all. Conditions and ranges are taken out this way, so that the answer can be stored.
   */
  readonly overrides: ReadonlyMap<string, string | null>
  /**
   * The handler's head, when it is about to be sent: all header lines, also those given to `writeHead`, as they are at
   * this moment. Answers what to send to the client in its place.
   */
  head(status: number, headers: HeaderLines): PageAnswer
  /** A piece of the handler's body; copied. To be called also when the answer's body is not `"handler"`. */
  chunk(bytes: Uint8Array): void
  /** False once further chunks are of no use to anybody but the client. */
  readonly recording: boolean
  /** The body is complete. Resolves when the page is stored, or will not be; nobody needs to wait for it. */
  end(): Promise<void>
  /**
   * The handler broke off, or, `by` its own doing, the client: nothing is stored. While `recording`, an entry that can should
   * go on to the end for others who wait.
   */
  abort(by?: "client"): void
  /**
   * The handler threw, or its origin could not be reached, before there was a head. Answers the last good page where it
   * may be served, else `undefined`: then the entry lets the error go its way.
   */
  fail(error: unknown): PageResponse | undefined
}

/** What to send to the client. */
export interface PageAnswer {
  readonly status: number
  readonly headers: HeaderLines
  /**
   * `"handler"`: the handler's body as it comes. Otherwise these bytes or none, and what the handler writes goes to the
   * fill only.
   */
  readonly body: "handler" | Uint8Array | null
  /**
   * True: the handler answered the cache's conditions by a 304 about another response. An entry that can run it again for
   * the same request does so, with the `overrides` as they are now, and calls `head` again. Others send this answer: the
   * page as it was, which the next visitor will not be given.
   */
  readonly again?: true
}
