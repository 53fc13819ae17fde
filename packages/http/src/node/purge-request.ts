import type { HeaderLine } from "../engine/header-lines.js"
import type { PageCache } from "../page-cache.js"
import type { PageResponse } from "../page-exchange.js"
import { answerPurge } from "../purge.js"
import type { NodeRequest } from "./node-message.js"

/** Who may purge. */
export interface PurgeOptions<Request> {
  /** Whether this request may make pages go. There is no default: a purge that is open to all is an attack. */
  readonly authorize: (request: Request) => boolean | Promise<boolean>
}

/** More than any URL, tag or prefix needs. */
const mostBytes = 65_536

/** Throws a `TypeError` where nobody is asked who may purge. */
export function checkPurgeOptions<Request>({ authorize }: PurgeOptions<Request>): void {
  if (typeof authorize !== "function") {
    throw new TypeError("A purge handler needs authorize: (request) => boolean, which says who may purge")
  }
}

/**
 * Answers a POST with a JSON body such as `{ "tag": "news" }`. `parsed` is the body, where a framework has read it already.
 * Rejects with what `authorize` throws, and has purged nothing then.
 */
export async function answerPurgeRequest(
  pages: PageCache,
  request: NodeRequest,
  authorized: () => boolean | Promise<boolean>,
  parsed?: unknown,
): Promise<PageResponse> {
  if (request.method !== "POST") return pageOf({ status: 405, message: "a purge is a POST" }, [["Allow", "POST"]])
  // Exactly true: a promise or an object that was returned by mistake is no permission.
  if ((await authorized()) !== true) return pageOf({ status: 403, message: "not authorised to purge" })
  const body = parsed === undefined ? await readBody(request) : JSON.stringify(parsed)
  if (body === undefined) return pageOf({ status: 413, message: `a purge has at most ${mostBytes} bytes` })
  return pageOf(await answerPurge(pages, body))
}

/** The text of a body; `undefined` for one that is too long. */
async function readBody(request: NodeRequest): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Not destroyed where reading stops, as there is an answer to send.
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
  const body = Buffer.from(`${message}\n`)
  const headers: HeaderLine[] = [
    ["Content-Type", "text/plain; charset=utf-8"],
    ["Content-Length", String(body.byteLength)],
    ["Cache-Control", "no-store"],
  ]
  return { status, headers: [...headers, ...added], body }
}
