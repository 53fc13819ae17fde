import type { HeaderLines } from "../engine/header-lines.js"
import type { PageResponse } from "../page-exchange.js"

/** A complete response as a `Response`. */
export function toResponse({ status, headers, body }: PageResponse): Response {
  // To an empty body, such as that of a redirect, adapters may add a `Content-Type`.
  const content = body === null || body.byteLength === 0 ? null : withArrayBuffer(body)
  return new Response(content, { status, headers: headersInit(headers) })
}

/** As `Response` accepts them: bytes in shared memory have to be copied. */
function withArrayBuffer(body: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(body) ? body : new Uint8Array(body)
}

function isUnshared(body: Uint8Array): body is Uint8Array<ArrayBuffer> {
  return body.buffer instanceof ArrayBuffer
}

/**
 * As `Response` accepts them: as an object, which Node adapters pass on unchanged, unless a name repeats or is inherited from
 * `Object.prototype`.
 */
export function headersInit(lines: HeaderLines): Record<string, string> | [string, string][] {
  const record: Record<string, string> = {}
  for (const [name, value] of lines) {
    if (name in record) return lines.map(([pairName, pairValue]) => [pairName, pairValue])
    record[name] = value
  }
  return record
}
