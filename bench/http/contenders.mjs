import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { Cache } from "@larder/core"
import * as larderExpress from "@larder/http/express"
import * as larderFastify from "@larder/http/fastify"
import * as larderFetch from "@larder/http/fetch"
import * as larderNode from "@larder/http/node"
import { LocmemBackend } from "@larder/locmem"
import apicache from "apicache"
import express from "express"
import fastify from "fastify"
import { defineCachedHandler } from "ocache"
import { Agent, interceptors, request as undiciRequest } from "undici"
import { cacheControl, contentType, headersOfHit, html } from "./page.mjs"

const freshPage = { "Content-Type": contentType, "Cache-Control": cacheControl, "Content-Length": "10240" }
const body = Buffer.from(html)

function cache() {
  return new Cache(new LocmemBackend())
}

function fresh() {
  return new Response(html, { headers: freshPage })
}

function expressApp(...middleware) {
  const app = express()
  app.disable("x-powered-by")
  app.get("/page", ...middleware, (_request, response) => response.set(freshPage).send(html))
  return createServer(app)
}

async function fastifyServer(prepare) {
  const app = fastify()
  await prepare(app)
  await app.ready()
  return app.server
}

/** A server for each way to answer the same page; those called "a variable" write it from one, with all headers of a hit. */
export const contenders = {
  "node:http, a variable": () => createServer((_request, response) => response.writeHead(200, headersOfHit).end(body)),
  "node:http, Larder": () =>
    createServer(
      larderNode.cacheSite({ cache: cache() })((_request, response) => {
        response.writeHead(200, freshPage).end(html)
      }),
    ),
  "node:http, undici's interceptor as a proxy": async () => {
    const origin = createServer((_request, response) => response.writeHead(200, freshPage).end(html))
    await new Promise((resolve) => origin.listen(0, "127.0.0.1", resolve))
    const url = `http://127.0.0.1:${origin.address().port}`
    const dispatcher = new Agent().compose(interceptors.cache())
    return createServer(async (request, response) => {
      const { statusCode, headers, body: stored } = await undiciRequest(url + request.url, { dispatcher })
      response.writeHead(statusCode, { ...headers, connection: "keep-alive" })
      stored.pipe(response)
    })
  },
  "Express, a variable": () => {
    const app = express()
    app.disable("x-powered-by")
    app.get("/page", (_request, response) => response.set(headersOfHit).send(body))
    return createServer(app)
  },
  "Express, Larder": () => expressApp(larderExpress.cacheSite({ cache: cache() })),
  "Express, apicache": () => expressApp(apicache.options({ headers: {} }).middleware("1 hour")),
  "Fastify, a variable": () =>
    fastifyServer((app) => {
      app.get("/page", async (_request, reply) => reply.headers(headersOfHit).send(body))
    }),
  "Fastify, Larder": () =>
    fastifyServer(async (app) => {
      await app.register(larderFastify.cacheSite({ cache: cache() }))
      app.get("/page", async (_request, reply) => reply.headers(freshPage).send(html))
    }),
  "Fetch, a variable": () => createServer(getRequestListener(() => new Response(body, { headers: headersOfHit }))),
  "Fetch, Larder": () => createServer(getRequestListener(larderFetch.cacheSite({ cache: cache() })(fresh))),
  "Fetch, ocache": () => {
    const handler = defineCachedHandler(fresh, { maxAge: 3_600, name: "page" })
    return createServer(getRequestListener((request) => handler({ req: request, url: new URL(request.url) })))
  },
}

/** What each is compared with: the variable of its own framework. */
export function baselineOf(name) {
  return `${name.split(",")[0]}, a variable`
}
