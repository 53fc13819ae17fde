import type { HeaderLines } from "./engine/header-lines.js"
import type { PageControl } from "./page-control.js"
import type { PageResponse } from "./page-exchange.js"

/**
 * One run of the handler: what it sees, and what happens to its response. An entry calls `head`, then `chunk` any number of
 * times, then `end` or `abort`, each once; or `fail` if the handler throws before its head. A head that could not be sent, for
 * example because of an invalid character, does not count. No method throws or rejects, whatever the store does.
 *
 * If the outcome of `control` is `"bypass"`, nothing is recorded: `head` changes the head, and the rest may be left out.
 *
 * The entry attaches `control` to the request that the handler gets (`attachControl`), shows the handler `target` and
 * `overrides` instead of what the client sent, and forwards bytes without waiting for the cache.
 */
export interface PageFill {
  readonly control: PageControl
  /** Path and query for the handler, without ignored query parameters. */
  readonly target: string
  /**
   * Request headers to change for the handler, by lower-case name: another value, or `null` to remove the header. Conditions
   * and ranges are removed this way, so that the response can be stored.
   */
  readonly overrides: ReadonlyMap<string, string | null>
  /**
   * The handler's head, when it is about to be sent: all current header lines, including those passed to `writeHead`. Returns
   * what to send to the client instead.
   */
  head(status: number, headers: HeaderLines, details?: HeadDetails): PageAnswer
  /**
   * Middleware around the page cache, such as a session, has added a cookie to the head that `head` returned, so the page may
   * be for its client only. May be called several times before `end`.
   */
  cookieAdded(): void
  /** A chunk of the handler's body; copied. Must also be called if the answer's body is not `"handler"`. */
  chunk(bytes: Uint8Array): void
  /** False once only the client needs further chunks. */
  readonly recording: boolean
  /** The body is complete. Resolves when the page is stored, or will not be; there is no need to wait for it. */
  end(): Promise<void>
  /**
   * The handler aborted, or, with `by`, the client did: nothing is stored. While `recording`, an entry should continue to the
   * end if it can, for other requests that wait.
   */
  abort(by?: "client"): void
  /**
   * The handler threw before its head, or its origin could not be reached. Returns the last good page if it may be served, else
   * `undefined`: then the entry propagates the error.
   */
  fail(error: unknown): PageResponse | undefined
}

/** What some entries know about a response when its head is about to be sent. */
export interface HeadDetails {
  /** The complete body: the answer then has the `ETag` that hits will have. The body is passed to `chunk` nevertheless. */
  readonly whole?: WholeBody | undefined
  /** See `PageResponse`. */
  readonly removed?: readonly string[]
}

/** A complete body; `bytes` may be encoded on first use. */
export interface WholeBody {
  readonly byteLength: number
  readonly bytes: Uint8Array
}

/** What to send to the client. */
export interface PageAnswer {
  readonly status: number
  readonly headers: HeaderLines
  /**
   * `"handler"`: the handler's body as it is produced. Otherwise these bytes or none, and what the handler writes goes only
   * to the fill.
   */
  readonly body: "handler" | Uint8Array | null
  /** See `PageResponse`. */
  readonly removed?: readonly string[]
  /**
   * True: the handler responded to the cache's conditions with a 304 for another response. An entry that can run it again for
   * the same request does so, with the current `overrides`, and calls `head` again. Others send this answer: the old page,
   * which the next visitor will not get.
   */
  readonly again?: true
}
