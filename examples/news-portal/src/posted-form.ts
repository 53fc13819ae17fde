import type { IncomingMessage } from "node:http"
import { RequestError } from "./request-error.js"

const mostBytes = 16_384

/**
 * The fields of a form posted by a page of this site. Throws a `RequestError` for a form of another site (403), for a body
 * that is not a form (415), and for one that is too long (413).
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (!isSameOrigin(request)) throw new RequestError(403, "The form was posted from another site")
  const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";")
  if (mediaType.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    throw new RequestError(415, `A form is application/x-www-form-urlencoded; got ${mediaType || "no content type"}`)
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // The rest is read nevertheless: a client that is cut off would not see the response.
    if (bytes <= mostBytes) chunks.push(chunk)
  }
  if (bytes > mostBytes) throw new RequestError(413, `A form has at most ${mostBytes} bytes; got ${bytes}`)
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"))
}

/** Browsers send one of these headers with a form; requests with neither are rejected. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"]
  if (site !== undefined) return site === "same-origin"
  const { origin, host } = headers
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false
  return new URL(origin).host === host
}
