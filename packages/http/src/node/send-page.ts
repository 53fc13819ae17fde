import type { PageResponse } from "../page-exchange.js"
import { setHeaders } from "./head-interception.js"
import type { NodeResponse } from "./node-message.js"

/** Sends a whole answer: one head, one end. Headers that are set already are sent along, unless the answer has them. */
export function sendPage(response: NodeResponse, { status, headers, body }: PageResponse): void {
  if (response.getHeaderNames().length > 0) {
    // Node would remove and add each of them.
    setHeaders(response, headers)
    response.writeHead(status)
  } else {
    const flat: string[] = []
    for (const [name, value] of headers) flat.push(name, value)
    response.writeHead(status, flat)
  }
  if (body === null) response.end()
  else response.end(body)
}

/** The bytes as what frameworks take for bytes. */
export function bufferOf(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
