import type { PageResponse } from "../page-exchange.js"
import { setHeaders } from "./head-interception.js"
import type { NodeResponse } from "./node-message.js"

/** Sends a complete response. Headers that are already set are sent too, unless the page has or removes them. */
export function sendPage(response: NodeResponse, page: PageResponse): void {
  // If headers are set, `writeHead` would remove and append each of these.
  if (response.getHeaderNames().length > 0) sendBesideHeaders(response, page)
  else {
    const flat: string[] = []
    for (const [name, value] of page.headers) flat.push(name, value)
    response.writeHead(page.status, flat)
    endWith(response, page)
  }
}

/** The same, for responses that probably have headers already. */
export function sendBesideHeaders(response: NodeResponse, page: PageResponse): void {
  for (const name of page.removed ?? []) response.removeHeader(name)
  setHeaders(response, page.headers)
  response.writeHead(page.status)
  endWith(response, page)
}

function endWith(response: NodeResponse, { body }: PageResponse): void {
  if (body === null) response.end()
  else response.end(body)
}

/** As a `Buffer`, which frameworks require. */
export function bufferOf(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
