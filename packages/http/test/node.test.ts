import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http"
import { connect as connectSocket } from "node:net"
import { describe, expect, it, vi } from "vitest"
import { cachedBy, cachePage, cacheSite, neverCache } from "../src/node.js"
import { listen, send, testServers } from "./servers/listening.js"
import { newPageCache, newStore } from "./servers/page-cache.js"

const open = testServers()

type Handler = (request: IncomingMessage, response: ServerResponse, run: number) => unknown

/** A server with one handler behind a page cache, which counts its runs. */
async function counted(wrap: (listener: RequestListener) => RequestListener, handler: Handler) {
  let runs = 0
  const listener = wrap((request: IncomingMessage, response: ServerResponse) => {
    runs += 1
    return handler(request, response, runs)
  })
  return { ...open(await listen(createServer(listener))), runs: () => runs }
}

const answer: Handler = (_request, response, run) =>
  response.writeHead(200, { "Cache-Control": "max-age=60" }).end(`run ${run}`)

describe("a handler of node:http behind a page cache", () => {
  it("has its errors printed by default, without the request", async () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {})
    const error = new Error("broken")
    const { get } = await counted(cachedBy(newPageCache()), () => {
      throw error
    })
    expect((await get("/")).status).toBe(500)
    expect(print.mock.calls).toEqual([[error]])
    print.mockRestore()
  })

  it("is reported when it throws, with a 500 before its head is sent and a closed connection afterwards", async () => {
    const errors: string[] = []
    const wrap = cachedBy(newPageCache(), { onError: (error) => errors.push(String(error)) })
    const { get, runs } = await counted(wrap, async (request, response) => {
      if (request.url === "/early") throw new Error("early")
      response.writeHead(200, { "Cache-Control": "max-age=60" }).write("half")
      if (request.url === "/during") throw new Error("during")
      response.end()
      throw new Error("after")
    })
    for (let round = 0; round < 2; round++) {
      const early = await get("/early")
      expect([early.status, early.headers["cache-control"]]).toEqual([500, "no-store"])
      await expect(get("/during")).rejects.toThrow()
    }
    expect((await get("/after")).text).toBe("half")
    expect(errors).toEqual(["early", "during", "early", "during", "after"].map((name) => `Error: ${name}`))
    expect(runs()).toBe(5)
  })

  it("has none of its own headers in a 500, which also replaces a head that Node rejects", async () => {
    const { get } = await counted(
      cachedBy(newPageCache({ timeout: 60 }), { onError: () => {} }),
      (request, response) => {
        response.setHeader("Content-Length", 5).setHeader("Set-Cookie", "a=1")
        if (request.url === "/throws") throw new Error("broken")
        response.statusMessage = "in\nvalid"
        response.end("page")
      },
    )
    for (const path of ["/throws", "/rejected", "/rejected"]) {
      const { status, text, headers } = await get(path)
      expect([status, text, headers["set-cookie"]]).toEqual([500, "Internal Server Error", undefined])
    }
  })

  it("may throw after its end, even if its client has not received everything yet", async () => {
    const page = Buffer.alloc(8_000_000)
    const { get } = await counted(cachedBy(newPageCache(), { onError: () => {} }), (_, response) => {
      response.end(page)
      throw new Error("after")
    })
    expect((await get("/")).body.byteLength).toBe(page.byteLength)
  })

  it("has separate pages for each origin that the option returns", async () => {
    const origin = (request: { readonly headers: IncomingHttpHeaders }) => ({
      scheme: String(request.headers["x-forwarded-proto"] ?? "http"),
      authority: request.headers.host ?? "",
    })
    const { get } = await counted(cacheSite({ cache: newStore(), origin }), answer)
    const https = { "X-Forwarded-Proto": "https" }
    expect((await get("/", https)).text).toBe("run 1")
    expect((await get("/")).text).toBe("run 2")
    expect((await get("/", https)).text).toBe("run 1")
  })

  it("is not stored if a header helper inside forbids it", async () => {
    const pages = cachePage("1m", { cache: newStore() })
    const { get } = await counted((handler) => pages(neverCache()(handler)), answer)
    expect([(await get("/")).text, (await get("/")).text]).toEqual(["run 1", "run 2"])
  })

  it("may be a method of a controller, which keeps its `this`", async () => {
    class News {
      readonly title = "news"
      runs = 0
      list(_request: IncomingMessage, response: ServerResponse): void {
        this.runs += 1
        response.end(this.title)
      }
    }
    const news = new News()
    // The call that `@cachePage(...)` compiles to: the test runner does not support the syntax.
    const list = cachePage("1m", { cache: newStore() })(news.list)
    const { get } = open(await listen(createServer((request, response) => void list.call(news, request, response))))
    expect([(await get("/")).text, (await get("/")).text, news.runs]).toEqual(["news", "news", 1])
  })

  it("sends Expires and max-age for a page with a timeout, as Django does", async () => {
    let now = Date.UTC(2016, 6, 17, 10, 0, 0)
    const { get } = await counted(cachePage(2, { cache: newStore(), now: () => now }), (_request, response) =>
      response.end("page"),
    )
    const first = await get("/")
    expect([first.headers.expires, first.headers["cache-control"], first.headers.age]).toEqual([
      "Sun, 17 Jul 2016 10:00:02 GMT",
      "max-age=2",
      undefined,
    ])
    now += 1_000
    const second = await get("/")
    expect([second.headers.expires, second.headers.age]).toEqual(["Sun, 17 Jul 2016 10:00:02 GMT", "1"])
    now += 1_000
    expect((await get("/")).headers.age).toBeUndefined()
  })

  it("can read the body of the request", async () => {
    const { port } = await counted(cacheSite({ cache: newStore() }), async (request, response) => {
      let text = ""
      for await (const chunk of request) text += chunk
      response.end(text)
    })
    const body = "x".repeat(200_000)
    expect((await send(port, "/", { method: "POST", body })).text).toBe(body)
  })

  it("answers pipelined requests in order", async () => {
    const { port } = await counted(cacheSite({ cache: newStore() }), answer)
    const socket = connectSocket(port, "127.0.0.1")
    const request = (path: string, close = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${close}\r\n`
    socket.write(request("/a") + request("/a") + request("/b") + request("/a", "Connection: close\r\n"))
    let received = ""
    for await (const chunk of socket) received += chunk
    const bodies = received.match(/run \d/g)
    expect(bodies).toHaveLength(4)
    expect(bodies?.[0]).toBe(bodies?.[3])
    expect(new Set(bodies).size).toBeGreaterThan(1)
  })

  it("accepts headers named like inherited properties", async () => {
    const { get } = await counted(cacheSite({ cache: newStore() }), (_request, response, run) => {
      response.writeHead(200, { "Cache-Control": "max-age=60", Vary: "Constructor, __proto__, toString" })
      response.end(`run ${run}`)
    })
    expect((await get("/")).text).toBe("run 1")
    expect((await get("/")).text).toBe("run 1")
    expect((await get("/", { Constructor: "x" })).text).toBe("run 2")
  })
})
