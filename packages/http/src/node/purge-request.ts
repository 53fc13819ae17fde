import type { HeaderLine } from "../engine/header-lines.js"
import type { PageCache } from "../page-cache.js"
import type { PageResponse } from "../page-exchange.js"
import { answerPurge } from "../purge.js"
import type { NodeRequest } from "./node-message.js"

/** Options of `purgeHandler`. */
export interface PurgeHandlerOptions<Request> {
  /** Returns true for requests that may purge. Otherwise, or if it rejects, the response is 403. Required. */
  readonly authorize: (request: Request) => boolean | Promise<boolean>
}

/** Enough for any URL, tag or prefix. */
const mostBytes = 16_384

/** Throws a `TypeError` if `authorize` is missing. */
export function checkPurgeOptions<Request>({ authorize }: PurgeHandlerOptions<Request>): void {
  if (typeof authorize !== "function") {
    throw new TypeError("A purge handler needs authorize: (request) => boolean, which says who may purge")
  }
}

/**
 * Handles a POST with a JSON body such as `{ "tag": "news" }`. `parsed` is the body, if a framework has parsed it already.
 * Rejects only if the client aborts.
 */
export async function answerPurgeRequest(
  pages: PageCache,
  request: NodeRequest,
  authorize: () => boolean | Promise<boolean>,
  parsed?: unknown,
): Promise<PageResponse> {
  if (request.method !== "POST") return pageOf({ status: 405, message: "purge with POST" }, [["Allow", "POST"]])
  const allowed = await Promise.resolve()
    .then(authorize)
    .catch(() => false)
  if (allowed !== true) return pageOf({ status: 403, message: "not allowed" })
  const body = parsed === undefined ? await readBody(request) : JSON.stringify(parsed)
  if (body === undefined || body.length > mostBytes)
    return pageOf({ status: 413, message: `a purge has at most ${mostBytes} bytes` })
  return pageOf(await answerPurge(pages, body))
}

/** The body as a string; `undefined` if it is too long. */
async function readBody(request: NodeRequest): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  // The request must stay open for the response.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const piece = Buffer.from(chunk)
    bytes += piece.byteLength
    if (bytes > mostBytes) return undefined
    chunks.push(piece)
  }
  return Buffer.concat(chunks).toString()
}

function pageOf(
  { status, message }: { status: number; message: string },
  added: readonly HeaderLine[] = [],
): PageResponse {
  const body = Buffer.from(JSON.stringify({ message }))
  const headers: HeaderLine[] = [
    ["Content-Type", "application/json"],
    ["Content-Length", String(body.byteLength)],
    ["Cache-Control", "no-store"],
  ]
  return { status, headers: [...headers, ...added], body }
}
