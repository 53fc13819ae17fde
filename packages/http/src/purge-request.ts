import type { HeaderLine } from "./engine/header-lines.js"
import type { PageCache } from "./page-cache.js"
import type { PageResponse } from "./page-exchange.js"
import { answerPurge } from "./purge.js"

/** Options of `purgeHandler`, for the requests of a framework. */
export interface PurgeHandlerOptions<Asked = Request> {
  /** Returns true for requests that may purge. Otherwise, or if it rejects, the response is 403. Required. */
  readonly authorize: (request: Asked) => boolean | Promise<boolean>
}

/** A request to purge, of any framework. */
export interface PurgeRequest {
  readonly method: string
  readonly authorize: () => boolean | Promise<boolean>
  /** The body: its chunks, or what a framework has parsed it to. */
  readonly body: () => Chunks | { readonly parsed: unknown }
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Enough for any URL, tag or prefix. */
const mostBytes = 16_384

/** Throws a `TypeError` if `authorize` is missing. */
export function checkPurgeOptions<Asked>(options: PurgeHandlerOptions<Asked> | undefined): void {
  if (typeof options?.authorize !== "function") {
    throw new TypeError("A purge handler needs authorize: (request) => boolean, which says who may purge")
  }
}

/** Handles a POST with a JSON body such as `{ "tag": "news" }`. Rejects only if the client aborts. */
export async function answerPurgeRequest(
  pages: PageCache,
  { method, authorize, body }: PurgeRequest,
): Promise<PageResponse> {
  if (method !== "POST") return pageOf({ status: 405, message: "purge with POST" }, [["Allow", "POST"]])
  const allowed = await Promise.resolve()
    .then(authorize)
    .catch(() => false)
  if (allowed !== true) return pageOf({ status: 403, message: "not allowed" })
  const given = body()
  const text = "parsed" in given ? JSON.stringify(given.parsed) : await readBody(given)
  if (text === undefined || text.length > mostBytes)
    return pageOf({ status: 413, message: `a purge has at most ${mostBytes} bytes` })
  return pageOf(await answerPurge(pages, text))
}

/** The body as a string; `undefined` if it is too long. */
async function readBody(body: Chunks): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) return undefined
    chunks.push(chunk)
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
