import { Readable } from "node:stream"
import type { Timeout } from "@larder/core"
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify"
import type { HeaderLine, HeaderLines } from "./engine/header-lines.js"
import { type HeaderEffect, type HeaderHelpers, headerHelpers } from "./headers/header-effect.js"
import { interceptHead, setHeaders } from "./node/head-interception.js"
import { type Entrance, PageLayer } from "./node/page-layer.js"
import { purgeRequestOf } from "./node/purge-request.js"
import { queryOf } from "./node/request-overrides.js"
import { NodePageRequest, type RequestOrigin } from "./node/request-view.js"
import { bufferOf, sendPage } from "./node/send-page.js"
import type { PageCache } from "./page-cache.js"
import { cacheOf } from "./page-control.js"
import type { PageResponse } from "./page-exchange.js"
import type { PageCacheOptions } from "./page-options.js"
import { answerPurgeRequest, checkPurgeOptions, type PurgeHandlerOptions } from "./purge-request.js"
import { siteCache, viewCache } from "./view-and-site.js"

export { isRevalidation } from "./node/redispatch.js"

/** An `onRequest` hook for a route or an instance. Returns `undefined` if the reply has already been sent. */
export type RequestHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> | undefined

/**
 * Caches the pages of a route for a time, like Django's `cache_page`: `app.get("/news", { onRequest: cachePage("15m", { cache }) }, handler)`. The
 * timeout overrides the freshness of the response; `no-store`, `private` and the like still apply.
 */
export function cachePage(timeout: Timeout, options: Omit<PageCacheOptions, "timeout">): RequestHook {
  return cachedBy(viewCache(timeout, options))
}

/**
 * Caches all pages that state their freshness; unsafe requests, such as POST, invalidate the pages of their URL:
 * `app.register(cacheSite({ cache }))`. It applies to the routes of the instance that registers it, and of its child instances.
 */
export function cacheSite(options: PageCacheOptions): FastifyPluginAsync {
  const hook = cachedBy(siteCache(options))
  const plugin: FastifyPluginAsync = async (instance) => {
    instance.addHook("onRequest", hook)
  }
  // Makes Fastify apply the plugin to the instance that registers it, as fastify-plugin does.
  return Object.assign(plugin, {
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "@larder/http",
    [Symbol.for("plugin-meta")]: { name: "@larder/http", fastify: "5.x" },
  })
}

/** Caches pages with a `PageCache` that you create, and can purge. */
export function cachedBy(pages: PageCache): RequestHook {
  return pageHook(new PageLayer(pages))
}

/**
 * Purges the pages that a POST specifies in JSON, with `{ "url": … }`, `{ "tag": … }` or `{ "prefix": … }`:
 * `app.post("/purge", purgeHandler(pages, { authorize }))`. Requests that `authorize` rejects get a 403.
 */
export function purgeHandler(
  pages: PageCache,
  options: PurgeHandlerOptions<FastifyRequest>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  checkPurgeOptions(options)
  return async (request, reply) => {
    const asked = purgeRequestOf(request.raw, () => options.authorize(request), request.body ?? undefined)
    return answerWith(reply, await answerPurgeRequest(pages, asked))
  }
}

function pageHook(layer: PageLayer): RequestHook {
  return (request, reply) => {
    const { url } = request
    const entering = layer.enter({
      request: request.raw,
      response: reply.raw,
      origin: originOf(request),
      handles: [request],
      before: () => linesOf(reply),
      // Before the reply has ended, `sent` means that it was hijacked.
      hijacked: () => reply.sent,
    })
    if (entering instanceof Promise || entering.answer === undefined) return goOn(request, reply, url, entering)
    answerWith(reply, entering.answer)
    return undefined
  }
}

/** According to `trustProxy`. Fastify prefers `Host`, which an HTTP/2 client may send besides `:authority`. */
function originOf({ raw: { headers }, protocol, host }: FastifyRequest): RequestOrigin {
  const { ":authority": authority } = headers
  return { scheme: protocol, authority: typeof authority === "string" && host === headers.host ? authority : host }
}

async function goOn(
  request: FastifyRequest,
  reply: FastifyReply,
  url: string,
  entering: Entrance | Promise<Entrance>,
): Promise<FastifyReply | undefined> {
  const { answer } = await entering
  if (answer !== undefined) return answerWith(reply, answer)
  if (request.url !== url && !hideParameters(request.query, url, request.url)) cacheOf(request).skip("query")
  return undefined
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

/** Fastify does not set a reply's headers on the response before the head is sent. */
function linesOf(reply: FastifyReply): HeaderLines {
  return Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
    [value].flat().map((line): HeaderLine => [name, String(line)]),
  )
}

/** Through the reply, so that hooks of other plugins run. */
function answerWith(reply: FastifyReply, page: PageResponse): FastifyReply {
  const { status, headers, body, removed = [] } = page
  for (const name of removed) {
    reply.removeHeader(name)
    reply.raw.removeHeader(name)
  }
  if (body === null && reply.request.method === "HEAD") return answerHead(reply, page)
  reply.code(status)
  setReplyHeaders(reply, headers)
  if (body === null) return reply.send()
  const bytes = bufferOf(body)
  // Fastify gives a Buffer without a type `application/octet-stream`.
  return reply.send(reply.hasHeader("content-type") ? bytes : Readable.from([bytes]))
}

function setReplyHeaders(reply: FastifyReply, lines: HeaderLines): void {
  const fields = new Set<string>()
  for (const [name, value] of lines) {
    const field = name.toLowerCase()
    // `reply.header` replaces earlier lines, except for cookies.
    const sofar = fields.has(field) && field !== "set-cookie" ? [reply.getHeader(name)].flat() : []
    reply.header(name, sofar.length === 0 ? value : [...sofar, value])
    fields.add(field)
  }
}

/** Bypasses Fastify, which would set `Content-Length: 0` for HEAD. */
function answerHead(reply: FastifyReply, page: PageResponse): FastifyReply {
  setHeaders(reply.raw, linesOf(reply))
  reply.hijack()
  sendPage(reply.raw, page)
  return reply
}

/**
 * Fastify parses the query before any hook runs: ignored parameters are removed from it, too. False if a custom parser
 * produced something else.
 */
function hideParameters(query: unknown, before: string, after: string): boolean {
  if (typeof query !== "object" || query === null) return false
  const all = new URLSearchParams(queryOf(before))
  const left = new URLSearchParams(queryOf(after))
  return [...new Set(all.keys())].every((name) => {
    const values = left.getAll(name)
    if (values.length === all.getAll(name).length) return true
    if (!Object.hasOwn(query, name)) return false
    if (values.length === 0) return Reflect.deleteProperty(query, name)
    return Reflect.set(query, name, values.length === 1 ? values[0] : values)
  })
}

const helpers: HeaderHelpers<FastifyRequest, RequestHook> = headerHelpers(effectHook)

export const cacheControl: HeaderHelpers<FastifyRequest, RequestHook>["cacheControl"] = helpers.cacheControl
export const neverCache: HeaderHelpers<FastifyRequest, RequestHook>["neverCache"] = helpers.neverCache
export const varyOnHeaders: HeaderHelpers<FastifyRequest, RequestHook>["varyOnHeaders"] = helpers.varyOnHeaders
export const varyOnCookie: HeaderHelpers<FastifyRequest, RequestHook>["varyOnCookie"] = helpers.varyOnCookie
export const conditional: HeaderHelpers<FastifyRequest, RequestHook>["conditional"] = helpers.conditional
