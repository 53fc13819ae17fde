import type { PageResponse } from "../page-exchange.js"
import { setHeaders } from "./head-interception.js"
import type { NodeResponse } from "./node-message.js"

/** Sends a whole answer: one head, one end. Headers that are set already are sent along, unless the answer has them. */
export function sendPage(response: NodeResponse, page: PageResponse): void {
  // With headers that are set, Node would remove and add each of these.
  if (response.getHeaderNames().length > 0) sendBesideHeaders(response, page)
  else {
    const flat: string[] = []
    for (const [name, value] of page.headers) flat.push(name, value)
    response.writeHead(page.status, flat)
    endWith(response, page)
  }
}

/** The same, where headers are expected to be set. */
export function sendBesideHeaders(response: NodeResponse, page: PageResponse): void {
  setHeaders(response, page.headers)
  response.writeHead(page.status)
  endWith(response, page)
}

function endWith(response: NodeResponse, { body }: PageResponse): void {
  if (body === null) response.end()
  else response.end(body)
}

/** The bytes as what frameworks take for bytes. */
export function bufferOf(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
