import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { Cache } from "@larder/core"
import * as forExpress from "@larder/http/express"
import * as forFastify from "@larder/http/fastify"
import * as forFetch from "@larder/http/fetch"
import * as forNode from "@larder/http/node"
import { LocmemBackend } from "@larder/locmem"
import apicache from "apicache"
import express from "express"
import fastify from "fastify"
import { createMemoryStorage, defineCachedHandler } from "ocache"
import { Agent, interceptors } from "undici"
import { body, sent, stated } from "./page.mjs"

// Large enough for all pages of `growth.mjs` and the tokens of their tags.
const newCache = () => new Cache(new LocmemBackend({ maxEntries: 1_000_000, maxBytes: 8 * 2 ** 30 }))

const writeBare = (_request, response) => {
  response.writeHead(200, sent)
  response.end(body)
}

const render = (_request, response) => {
  response.writeHead(200, stated)
  response.end(body)
}

function expressApplication(headers, before, page = body) {
  const app = express()
  // Either the headers contain one, or the cache adds it.
  app.set("etag", false)
  if (before !== undefined) app.use(before)
  app.use((_request, response) => response.set(headers).send(page))
  return app
}

/** Its middleware, called directly. It stores only headers that were set with `setHeader`. */
function apicacheAround() {
  const cached = apicache.middleware("10 minutes")
  return createServer((request, response) =>
    cached(request, response, () => {
      for (const [name, value] of Object.entries(stated)) response.setHeader(name, value)
      response.setHeader("Content-Length", body.byteLength)
      response.end(body)
    }),
  )
}

async function fastifyServer(site, headers) {
  const app = fastify()
  if (site !== undefined) await app.register(site)
  app.get("/*", async (_request, reply) => reply.headers(headers).send(body))
  await app.ready()
  return app.server
}

const fetchServer = (handler) => createServer(getRequestListener(handler))

/** A proxy in front of a bare server in the same process, whose cache requests the page once. */
async function undiciProxy() {
  const origin = createServer(render)
  await new Promise((resolve) => origin.listen(0, "127.0.0.1", resolve))
  const dispatcher = new Agent().compose(interceptors.cache())
  return createServer(async (request, response) => {
    const {
      statusCode,
      headers,
      body: stream,
    } = await dispatcher.request({
      origin: `http://127.0.0.1:${origin.address().port}`,
      path: request.url,
      method: "GET",
    })
    response.writeHead(statusCode, headers)
    stream.pipe(response)
  })
}

/** By name, servers of the page, each for its own process. The bare ones write it from a variable. */
export const contenders = {
  "node:http, bare": async () => createServer(writeBare),
  "node:http, Larder": async () => createServer(forNode.cacheSite({ cache: newCache() })(render)),
  "node:http, apicache": async () => apicacheAround(),
  "Fastify, bare": () => fastifyServer(undefined, sent),
  "Fastify, Larder": () => fastifyServer(forFastify.cacheSite({ cache: newCache() }), stated),
  "Express, bare": async () => createServer(expressApplication(sent)),
  "Express, bare from a string": async () => createServer(expressApplication(sent, undefined, body.toString())),
  // The least that middleware has to do.
  "Express, bare without set and send": async () => createServer(expressApplication(sent, writeBare)),
  "Express, Larder": async () => createServer(expressApplication(stated, forExpress.cacheSite({ cache: newCache() }))),
  "Express, Larder around it": async () =>
    createServer(forNode.cacheSite({ cache: newCache() })(expressApplication(stated))),
  "Express, apicache": async () => createServer(expressApplication(stated, apicache.middleware("10 minutes"))),
  "Fetch on node-server, bare": async () => fetchServer(() => new Response(body, { headers: sent })),
  "Fetch on node-server, Larder": async () =>
    fetchServer(forFetch.cacheSite({ cache: newCache() })(() => new Response(body, { headers: stated }))),
  "Fetch on node-server, ocache": async () => {
    const handler = defineCachedHandler(() => new Response(body, { headers: stated }), {
      maxAge: 600,
      swr: false,
      storage: createMemoryStorage(),
    })
    return fetchServer((req) => handler({ req }))
  },
  "proxy, undici's cache": undiciProxy,
}

/** Pages in a Map: shows what a large number of pages costs without a page cache. */
export const barePages = async () => {
  const pages = new Map()
  return createServer(({ url }, response) => {
    const page = pages.get(url) ?? { headers: { ...sent }, body: Buffer.from(body) }
    pages.set(url, page)
    response.writeHead(200, page.headers)
    response.end(page.body)
  })
}

/** The bare contender with the same framework. */
export function baselineOf(name) {
  const [framework] = name.split(",")
  return framework === "proxy" ? "node:http, bare" : `${framework}, bare`
}

/** Whether it is a page cache of Larder, which must send what the bare contender sends. */
export function isLarder(name) {
  return name.includes(", Larder")
}

/** Larder and alternatives to it in the same place. */
export const rivalries = [
  ["Express, Larder around it", "Express, apicache"],
  ["Express, Larder", "Express, apicache"],
  ["Express, Larder", "Express, bare from a string"],
  ["Express, Larder", "Express, bare without set and send"],
  ["node:http, Larder", "node:http, apicache"],
  ["Fetch on node-server, Larder", "Fetch on node-server, ocache"],
  ["node:http, Larder", "proxy, undici's cache"],
]
