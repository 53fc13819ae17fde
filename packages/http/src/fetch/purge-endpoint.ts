import type { PageCache } from "../page-cache.js"
import { answerPurge } from "../purge.js"

export interface PurgeHandlerOptions {
  /** Returns whether a request may purge. If not, or if it rejects, the response is 403. Required. */
  readonly authorize: (request: Request) => boolean | Promise<boolean>
}

const longestBody = 16_384

/**
 * A handler that purges what a POST specifies in JSON: `{ "url": … }`, `{ "tag": … }` or `{ "prefix": … }`. Throws a
 * `TypeError` without `authorize`.
 */
export function purgeHandler(pages: PageCache, options: PurgeHandlerOptions): (request: Request) => Promise<Response> {
  const authorize = options?.authorize
  if (typeof authorize !== "function") {
    throw new TypeError("A purge handler needs authorize: a function that decides who may purge")
  }
  return async (request) => {
    if (request.method !== "POST") return answer(405, "purge with POST", { Allow: "POST" })
    const allowed = await Promise.resolve(request)
      .then(authorize)
      .catch(() => false)
    if (allowed !== true) return answer(403, "not allowed")
    const body = await boundedText(request)
    if (body === undefined) return answer(413, `a purge has at most ${longestBody} bytes`)
    const { status, message } = await answerPurge(pages, body)
    return answer(status, message)
  }
}

/** The body, unless it is longer than any purge. */
async function boundedText(request: Request): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > longestBody) return undefined
  }
  return text + decoder.decode()
}

function answer(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ message }, { status, headers: { "Cache-Control": "no-store", ...headers } })
}
