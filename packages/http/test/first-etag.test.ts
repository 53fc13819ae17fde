import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import compression from "compression"
import express from "express"
import { describe, expect, it } from "vitest"
import type { HeaderLines } from "../src/engine/header-lines.js"
import * as forExpress from "../src/express.js"
import { cachedBy } from "../src/node.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { request } from "./engine/requests.js"
import { hosts } from "./servers/entries.js"
import { type Client, listen, testServers } from "./servers/listening.js"
import { newPageCache } from "./servers/page-cache.js"
import { sitesOf } from "./servers/site.js"

const open = testServers()

/** Entry points whose handlers pass the body to `end` before the head is sent. */
const wholeBodies = ["Express", "Koa", "node:http around Express", "node:http around Koa"]

describe.each(Object.entries(hosts))("the first ETag by the entry for %s", (name, host) => {
  const { seen, site, counted } = sitesOf(host)

  it("is that of hits, or missing", async () => {
    const { get } = await site(counted())
    const [first, second] = [await get("/"), await get("/")]
    const { etag } = second.headers
    expect(first.headers.etag).toBe(wholeBodies.includes(name) ? etag : undefined)
    expect((await get("/", { "If-None-Match": String(etag) })).status).toBe(304)
    expect(seen).toHaveLength(1)
  })

  it("is missing for a stream", async () => {
    const { get } = await site(() => ({ body: Readable.from([Buffer.from("a "), Buffer.from("page")]) }))
    const [first, second] = [await get("/"), await get("/")]
    expect([first.text, first.headers.etag]).toEqual(["a page", undefined])
    expect([second.text, second.headers["cache-status"]]).toEqual(["a page", expect.stringContaining("hit")])
  })
})

type Handler = (response: ServerResponse) => unknown

async function served(handler: Handler, options: Partial<PageCacheOptions> = {}): Promise<Client["get"]> {
  const pages = newPageCache({ defaultTimeout: 60, ...options })
  return open(
    await listen(
      createServer(cachedBy(pages)((_request: IncomingMessage, response: ServerResponse) => handler(response))),
    ),
  ).get
}

const tag = /^W\/"[\w-]{27}"$/

describe("the first ETag of a page", () => {
  it.each<[string, Handler]>([
    ["a string", (response) => response.end("a page")],
    ["a string in another encoding", (response) => response.end("6120 70616765".replace(" ", ""), "hex")],
    ["bytes", (response) => response.end(new TextEncoder().encode("a page"))],
    ["nothing", (response) => response.end()],
    ["a body of a stated length", (response) => response.setHeader("Content-Length", 6).end("a page")],
  ])("is that of hits for %s", async (_, handler) => {
    const get = await served(handler)
    const [first, second] = [await get("/"), await get("/")]
    expect(second.headers["cache-status"]).toContain("hit")
    expect(first.headers.etag).toMatch(tag)
    expect(second.headers.etag).toBe(first.headers.etag)
    expect([second.text, second.headers["content-length"]]).toEqual([first.text, first.headers["content-length"]])
    const known = await get("/", { "If-None-Match": String(first.headers.etag) })
    expect([known.status, known.headers.etag]).toEqual([304, first.headers.etag])
  })

  it("answers a client that knows the page with a 304 from a cold cache, which stores the page", async () => {
    const get = await served((response) => response.end("a page"))
    const { etag } = (await get("/a")).headers
    expect((await get("/b", { "If-None-Match": String(etag) })).status).toBe(304)
    const stored = await get("/b")
    expect([stored.status, stored.text, stored.headers["cache-status"]]).toEqual([
      200,
      "a page",
      expect.stringContaining("hit"),
    ])
  })

  it("is as strong as that of hits", async () => {
    const get = await served((response) => response.end("a page"), { etag: "strong" })
    const [first, second] = [await get("/"), await get("/")]
    expect(first.headers.etag).toMatch(/^"[\w-]{27}"$/)
    expect(second.headers.etag).toBe(first.headers.etag)
  })

  it.each<[string, Handler, Partial<PageCacheOptions>?]>([
    ["a page that is not stored", (response) => response.setHeader("Cache-Control", "private").end("a page")],
    ["one that is too large", (response) => response.end("a page"), { limits: { bodyBytes: 5 } }],
    ["a site that wants none", (response) => response.end("a page"), { etag: false }],
    ["another status", (response) => response.writeHead(404).end("a page"), { cacheErrors: { 404: 60 } }],
    ["a body that comes after its head", (response) => response.writeHead(200).end("a page")],
    [
      "a body in pieces",
      (response) => {
        response.write("a ")
        response.end("page")
      },
    ],
    [
      "trailers",
      (response) => {
        response.addTrailers({ "X-Checked": "1" })
        response.end("a page")
      },
    ],
    [
      "a handler that can be asked by date",
      (response) => response.setHeader("Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT").end("a page"),
      { conditionalHandler: true },
    ],
  ])("is missing for %s", async (_, handler, options) => {
    const get = await served(handler, options)
    const { etag, ...headers } = (await get("/")).headers
    expect([etag, headers["cache-status"]]).toEqual([undefined, expect.stringContaining("fwd")])
  })

  it.each(["max-age=60", 'max-age=60, no-cache="etag"'])("is the handler's own with %s", async (cacheControl) => {
    const own: Handler = (response) => {
      response.setHeader("ETag", '"own"')
      response.setHeader("Cache-Control", cacheControl)
      response.end("a page")
    }
    const get = await served(own, { profile: "rfc", etag: "weak" })
    const { rawHeaders } = await get("/")
    expect(rawHeaders.filter((_, index) => rawHeaders[index - 1] === "ETag")).toEqual(['"own"'])
  })

  it("is missing if the Content-Length is not that of the body", async () => {
    const body = Buffer.from("a page")
    const taggedWith = async (length: number): Promise<boolean> => {
      const found = await newPageCache().lookup(request())
      if (found.response !== undefined) throw new Error("The page was there")
      const lines: HeaderLines = [
        ["Cache-Control", "max-age=60"],
        ["Content-Length", String(length)],
      ]
      const { headers } = found.fill.head(200, lines, {
        whole: { byteLength: body.byteLength, bytes: body },
      })
      return headers.some(([name]) => name === "ETag")
    }
    expect([await taggedWith(6), await taggedWith(7)]).toEqual([true, false])
  })

  it("is added to JSON and text of Express without its own, with and without outer compression", async () => {
    const app = express()
    app.set("etag", false)
    app.use(compression({ threshold: 0 }))
    app.use(forExpress.cachedBy(newPageCache({ defaultTimeout: 60 })))
    app.get("/json", (_request, response) => response.json({ a: "page" }))
    app.get("/text", (_request, response) => response.send("a page"))
    app.get("/stream", (_request, response) => pipeline(Readable.from(["a page"]), response))
    const { get } = open(await listen(createServer(app)))
    for (const path of ["/json", "/text"]) {
      const zipped = await get(path, { "Accept-Encoding": "gzip" })
      expect([zipped.headers["content-encoding"], zipped.headers.etag]).toEqual(["gzip", expect.stringMatching(tag)])
      const plain = await get(path)
      expect([plain.headers["content-encoding"], plain.headers.etag]).toEqual([undefined, zipped.headers.etag])
    }
    expect((await get("/stream")).headers.etag).toBeUndefined()
  })
})
