import { AsyncLocalStorage } from "node:async_hooks"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { connect, createServer as createHttp2Server } from "node:http2"
import type { Socket } from "node:net"
import express from "express"
import { beforeEach, describe, expect, it, vi } from "vitest"
import * as forExpress from "../src/express.js"
import { cachedBy, isRevalidation } from "../src/node.js"
import type { PageCacheOptions } from "../src/page-options.js"
import { listen, send, testServers } from "./servers/listening.js"
import { newGate, newPageCache } from "./servers/page-cache.js"

const stale = { "Cache-Control": "max-age=10, stale-while-revalidate=60" }

describe("a stale page is refreshed by a request of the cache's own", () => {
  const open = testServers()
  let now = 0
  beforeEach(() => {
    now = Date.UTC(2026, 10, 25)
  })

  type Handler = (request: IncomingMessage, response: ServerResponse, run: number) => unknown

  async function start(handler: Handler, options: Partial<PageCacheOptions> = {}) {
    const pages = newPageCache({ now: () => now, ...options })
    let runs = 0
    const errors: unknown[] = []
    const cached = cachedBy(pages, { onError: (error) => errors.push(error) })
    const listener = cached((request: IncomingMessage, response: ServerResponse) => {
      runs += 1
      return handler(request, response, runs)
    })
    const { get } = open(await listen(createServer(listener)))
    return { pages, get, errors, runs: () => runs }
  }

  it("with the headers that the page depends on, and nothing else from the client", async () => {
    const requests: IncomingMessage[] = []
    const { get, pages } = await start((request, response, run) => {
      requests.push(request)
      response.writeHead(200, { ...stale, Vary: "Accept-Language" }).end(`run ${run}`)
    })
    const headers = { "Accept-Language": "cs", "User-Agent": "somebody", "X-Forwarded-For": "10.0.0.1" }
    await get("/a?b=c", headers)
    now += 20_000
    expect((await get("/a?b=c", headers)).text).toBe("run 1")
    await pages.settled()
    const [first, second] = requests
    expect(second?.headers).toEqual({ host: first?.headers.host, "accept-language": "cs" })
    expect([second?.method, second?.url, second?.httpVersion, second?.complete]).toEqual(["GET", "/a?b=c", "1.1", true])
    expect(second?.socket.remoteAddress).toBe("127.0.0.1")
    expect([first, second].map((request) => request !== undefined && isRevalidation(request))).toEqual([false, true])
    expect((await get("/a?b=c", headers)).text).toBe("run 2")
  })

  it("outside the async context of the client's request", async () => {
    const user = new AsyncLocalStorage<string>()
    const users: (string | undefined)[] = []
    const pages = newPageCache({ now: () => now })
    const cached = cachedBy(pages)((_request: IncomingMessage, response: ServerResponse) => {
      users.push(user.getStore())
      response.writeHead(200, stale).end("page")
    })
    const server = await listen(
      createServer((request, response) => {
        if (isRevalidation(request)) void cached(request, response)
        else void user.run("Ada", () => cached(request, response))
      }),
    )
    const { get } = open(server)
    await get("/")
    now += 20_000
    await get("/")
    await pages.settled()
    expect(users).toEqual(["Ada", undefined])
  })

  it("at most as many at once as the limit, and each page once", async () => {
    const gate = newGate()
    let running = 0
    const { get, pages, runs } = await start(
      async (request, response) => {
        if (isRevalidation(request)) {
          running += 1
          await gate.opened
        }
        response.writeHead(200, stale).end("page")
      },
      { limits: { refreshes: 3 } },
    )
    const paths = Array.from({ length: 6 }, (_, index) => `/${index}`)
    for (const path of paths) await get(path)
    now += 20_000
    for (const path of [...paths, ...paths]) await get(path)
    await expect.poll(() => running).toBe(3)
    gate.open()
    await pages.settled()
    expect(runs()).toBe(9)
  })

  it("and survives a handler that throws, breaks off or destroys its socket", async () => {
    const { get, pages, errors, runs } = await start((request, response, run) => {
      const path = request.url ?? ""
      if (run > 3) {
        if (path === "/throw") throw new Error("early")
        response.writeHead(200, stale).write("half")
        if (path === "/late") throw new Error("late")
        return request.socket.destroy()
      }
      return response.writeHead(200, stale).end("good")
    })
    const paths = ["/throw", "/late", "/destroy"]
    for (const path of paths) await get(path)
    now += 20_000
    for (const path of paths) {
      expect((await get(path)).text).toBe("good")
      await pages.settled()
      expect((await get(path)).text).toBe("good")
    }
    expect(runs()).toBe(6)
    expect(errors.map(String)).toEqual(["Error: early", "Error: late"])
  })

  it("also if its body is longer than any buffer", async () => {
    const pieces = 64
    const { get, pages } = await start(
      async (_request, response) => {
        response.writeHead(200, stale)
        for (let piece = 0; piece < pieces; piece++) {
          if (!response.write(Buffer.alloc(65_536, piece))) await once(response, "drain")
        }
        response.end()
      },
      { limits: { bodyBytes: 8_388_608 } },
    )
    await get("/")
    now += 20_000
    await get("/")
    await pages.settled()
    const { body, headers } = await get("/")
    expect([body.byteLength, headers.age]).toEqual([pieces * 65_536, "0"])
  })

  it("for at most thirty seconds", async () => {
    const closed = newGate()
    const { get, pages, runs } = await start((request, response) => {
      if (isRevalidation(request)) return request.once("close", closed.open)
      return response.writeHead(200, stale).end("good")
    })
    await get("/")
    now += 20_000
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    try {
      expect((await get("/")).text).toBe("good")
      await expect.poll(runs, { timeout: 10_000 }).toBe(2)
      vi.advanceTimersByTime(30_000)
      await pages.settled()
      await closed.opened
    } finally {
      vi.useRealTimers()
    }
    expect((await get("/")).text).toBe("good")
  })

  it("through outer page caches, and a router that strips the path", async () => {
    const outer = newPageCache({ now: () => now, name: "Edge", defaultTimeout: 1 })
    const inner = newPageCache({ now: () => now, staleFor: 60, timeout: 10 })
    let runs = 0
    const app = express()
    app.use(forExpress.cachedBy(outer))
    const router = express.Router()
    router.get("/page", forExpress.cachedBy(inner), (request, response) => {
      runs += 1
      response.set("Edge-Cache-Control", "no-store").send(`${request.originalUrl} ${request.url} ${runs}`)
    })
    app.use("/news", router)
    const { port } = open(await listen(createServer(app)))
    const get = async () => (await send(port, "/news/page?a=1")).text
    const first = await get()
    expect(first).toBe("/news/page?a=1 /page?a=1 1")
    now += 20_000
    expect(await get()).toBe(first)
    await Promise.all([inner.settled(), outer.settled()])
    now += 2_000
    expect(await get()).toBe("/news/page?a=1 /page?a=1 2")
    expect(runs).toBe(2)
  })

  it("with the forwarding headers of a trusted proxy", async () => {
    const pages = newPageCache({ now: () => now })
    const seen: string[] = []
    const app = express().set("trust proxy", true)
    app.use(forExpress.cachedBy(pages), (request, response) => {
      seen.push(`${request.protocol}://${request.host}`)
      response.set(stale).send("page")
    })
    const { get } = open(await listen(createServer(app)))
    const headers = { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.com" }
    await get("/", headers)
    now += 20_000
    await get("/", headers)
    await pages.settled()
    expect(seen).toEqual(["https://example.com", "https://example.com"])
  })

  it("except over HTTP/2 and without a server, where it is refreshed before it is served", async () => {
    const pages = newPageCache({ now: () => now })
    let runs = 0
    const cached = cachedBy(pages)
    const server = createHttp2Server(
      cached((_request, response) => {
        runs += 1
        response.writeHead(200, stale)
        response.end(`run ${runs}`)
      }),
    )
    const sockets = new Set<Socket>()
    server.on("connection", (socket: Socket) => sockets.add(socket))
    const { port, close } = await listen(server)
    const session = connect(`http://127.0.0.1:${port}`)
    const get = async () => {
      const stream = session.request({ ":path": "/" })
      const [headers] = await once(stream, "response")
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk)
      return [Buffer.concat(chunks).toString(), headers["cache-status"]]
    }
    expect(await get()).toEqual(["run 1", expect.stringContaining("fwd=uri-miss")])
    expect(await get()).toEqual(["run 1", expect.stringContaining("hit")])
    now += 20_000
    expect(await get()).toEqual(["run 2", expect.stringContaining("fwd=stale")])
    session.close()
    for (const socket of sockets) socket.destroy()
    await close()
  })
})
