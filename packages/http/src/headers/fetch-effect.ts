import { headersInit, toResponse } from "../fetch/page-response.js"
import type { HeadPatch } from "./head-patch.js"
import type { Asked, HeaderEffect } from "./header-effect.js"

/** A Fetch handler, with any further arguments that its host passes. */
export type FetchHandler<Rest extends readonly unknown[]> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>

/** Wraps a Fetch handler. */
export type FetchWrapper = <Rest extends readonly unknown[]>(
  handler: FetchHandler<Rest>,
) => (request: Request, ...rest: Rest) => Promise<Response>

/** A header helper around Fetch handlers. */
export function effectFetchWrapper(effect: HeaderEffect<Request>): FetchWrapper {
  return (handler) =>
    async (request, ...rest) => {
      const made = await effect(request, askedBy(request))
      if ("status" in made) return toResponse(made)
      return withPatchedHead(await handler(request, ...rest), made.patch)
    }
}

export function askedBy({ method, headers }: Request): Asked {
  return { method, headers: { get: (name) => headers.get(name) ?? undefined } }
}

/**
 * A copy with other headers: those of a response from `fetch` are immutable. Unchanged if it cannot be copied, such as
 * `Response.error()`, or the 101 of a platform that upgrades to WebSocket.
 */
export function withPatchedHead(response: Response, patch: HeadPatch): Response {
  const { status, statusText, body } = response
  if (status < 200 || status > 599) return response
  return new Response(body, { status, statusText, headers: headersInit(patch([...response.headers], status)) })
}
