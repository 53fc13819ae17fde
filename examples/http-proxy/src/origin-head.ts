import type { IncomingMessage } from "node:http"
import type { HeaderLine } from "@larder/http"
import { cleanText, headerLines, withoutField } from "./raw-headers.js"

/** The head of a response as the origin sent it, so that the cache sees all that it says. */
export interface OriginHead {
  readonly status: number
  readonly message: string
  readonly lines: readonly HeaderLine[]
}

const compressing = /gzip|compress|deflate/i

/**
 * `undefined` for a head that cannot be passed on: a status that is none, or a body that is compressed for this connection,
 * which nobody has asked for. A length beside a transfer coding is not one (RFC 9112, 6.3): who believed it would take the rest of
 * the body for the next response.
 */
export function originHead({
  statusCode = 0,
  statusMessage = "",
  rawHeaders,
}: IncomingMessage): OriginHead | undefined {
  if (statusCode < 200) return undefined
  const lines = headerLines(rawHeaders).map(([name, value]): HeaderLine => [name, cleanText(value)])
  const codings = lines.filter(([name]) => name.toLowerCase() === "transfer-encoding").map(([, value]) => value)
  if (codings.some((value) => compressing.test(value))) return undefined
  return {
    status: statusCode,
    message: cleanText(statusMessage),
    lines: codings.length === 0 ? lines : withoutField(lines, "content-length"),
  }
}
