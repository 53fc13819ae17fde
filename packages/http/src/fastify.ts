import type { Timeout } from "@larder/core"
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from "fastify"
import { type HeaderEffect, type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import { fieldsOf, interceptHead } from "./node/head-interception.js"
import { PageLayer } from "./node/page-layer.js"
import { queryOf } from "./node/request-overrides.js"
import { NodePageRequest } from "./node/request-view.js"
import type { PageResponse } from "./page-exchange.js"

/** A hook for `onRequest` of a route or of an instance. */
export type RequestHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

function pageHook(layer: PageLayer): RequestHook {
  return async (request, reply) => {
    const target = request.originalUrl
    const { answer } = await layer.enter({
      request: request.raw,
      response: reply.raw,
      // As `trustProxy` has them.
      origin: { scheme: request.protocol, authority: request.host },
      handles: [request],
      // Before the end of a reply, `sent` says that somebody else sends it.
      hijacked: () => reply.sent,
    })
    if (answer !== undefined) return answerWith(reply, answer)
    hideParameters(request, target)
    return undefined
  }
}

function effectHook(effect: HeaderEffect<FastifyRequest>): RequestHook {
  return async (request, reply) => {
    const made = await effect(request, { method: request.method, headers: new NodePageRequest(request.raw) })
    if ("status" in made) return answerWith(reply, made)
    for (const [name, value] of made.early ?? []) reply.header(name, value)
    interceptHead(reply.raw, (status, headers) => ({ status, headers: made.patch(headers, status) }))
    return undefined
  }
}

/** Through the reply, so that the hooks of other plugins see it. */
function answerWith(reply: FastifyReply, { status, headers, body }: PageResponse): FastifyReply {
  reply.code(status)
  for (const [name, { value }] of fieldsOf(headers)) reply.header(name, value)
  return reply.send(body === null ? undefined : Buffer.from(body.buffer, body.byteOffset, body.byteLength))
}


/** Fastify has read the query before any hook runs: what the page cache took out of the URL goes out of it, too. */
function hideParameters({ originalUrl, query }: FastifyRequest, target: string): void {
  if (originalUrl === target || typeof query !== "object" || query === null) return
  const kept = parameterNames(originalUrl)
  for (const name of parameterNames(target)) if (!kept.has(name)) Reflect.deleteProperty(query, name)
}

function parameterNames(target: string): Set<string> {
  return new Set(new URLSearchParams(queryOf(target)).keys())
}

const helpers: HeaderHelpers<FastifyRequest, RequestHook> = headerHelpers(effectHook)

export const cacheControl: HeaderHelpers<FastifyRequest, RequestHook>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<FastifyRequest, RequestHook>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<FastifyRequest, RequestHook>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<FastifyRequest, RequestHook>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<FastifyRequest, RequestHook>["conditional"] = helpers.conditional
