import type { HeaderLines, RequestHeaders } from "./engine/header-lines.js"

/** A request as entries present it to the page cache: a view, so that a hit creates no framework objects. */
export interface PageRequest {
  /** As sent by the client: `GET`. */
  readonly method: string
  /** `http` or `https`, from a source that the client cannot forge. */
  readonly scheme: string
  /** Host and port as the client addressed them, in lower case: `example.com:8080`. */
  readonly authority: string
  /** Path and query, byte for byte as received: nothing decoded or merged. */
  readonly target: string
  readonly headers: RequestHeaders
  /** True if the request has, or may have, a body. */
  readonly hasBody: boolean
}

/** A complete response. `body` is `null` where there must be none: for HEAD, and with status 204 and 304. */
export interface PageResponse {
  readonly status: number
  readonly headers: HeaderLines
  readonly body: Uint8Array | null
  /** Headers that were set before the page cache was reached and must not be sent: the handler has removed them. In lower case. */
  readonly removed?: readonly string[]
}
