import type { HeaderLines, RequestHeaders } from "./engine/header-lines.js"

/** A request as every entry shows it to the page cache: a view, so that a hit builds no object of a framework. */
export interface PageRequest {
  /** As the client sent it: `GET`. */
  readonly method: string
  /** `http` or `https`, from a source that the client cannot forge. */
  readonly scheme: string
  /** Host and port as the client addressed them, in lower case: `example.com:8080`. */
  readonly authority: string
  /** Path and query, byte for byte as they came: nothing decoded, nothing merged. */
  readonly target: string
  readonly headers: RequestHeaders
  /** True when a body follows the head, or may. */
  readonly hasBody: boolean
}

/** A whole answer. `body` is `null` where the answer must have none: to HEAD, and with status 204 and 304. */
export interface PageResponse {
  readonly status: number
  readonly headers: HeaderLines
  readonly body: Uint8Array | null
}
