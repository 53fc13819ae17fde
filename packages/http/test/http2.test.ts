import { once } from "node:events"
import { connect, createServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2"
import fastify from "fastify"
import { describe, expect, it, onTestFinished } from "vitest"
import * as forFastify from "../src/fastify.js"
import { cachedBy } from "../src/node.js"
import type { PageCache } from "../src/page-cache.js"
import { cacheOf } from "../src/page-control.js"
import { listen, listenFastify } from "./servers/listening.js"
import { newPageCache } from "./servers/page-cache.js"

type Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void

/** An HTTP/2 server with one handler behind a page cache, and a client that returns responses. */
async function serve(pages: PageCache, handler: Handler) {
  const { port, close } = await listen(
    createServer(cachedBy(pages)<unknown, Http2ServerRequest, Http2ServerResponse>(handler)),
  )
  onTestFinished(close)
  return clientOf(port)
}

/** Closed before the server: the last registered callback runs first. */
function clientOf(port: number) {
  const session = connect(`http://127.0.0.1:${port}`)
  onTestFinished(() => session.destroy())
  return async (path: string, headers: Record<string, string> = {}) => {
    const stream = session.request({ ":path": path, ...headers })
    const [answered] = await once(stream, "response")
    let text = ""
    for await (const chunk of stream) text += chunk
    return { status: answered[":status"], text, vary: answered.vary }
  }
}

describe("HTTP/2", () => {
  it("uses the same pages, with the headers and tags of the handler", async () => {
    const urls: string[] = []
    const get = await serve(newPageCache({ query: { ignore: ["utm"] } }), (request, response) => {
      cacheOf(request).vary("Accept-Language")
      urls.push(`${request.url} ${request.headers["if-none-match"]}`)
      response.writeHead(200, { "Cache-Control": "max-age=60", ETag: '"v1"' })
      response.end(`run ${urls.length}`)
    })
    const vary = "accept-language"
    expect(await get("/?utm=x&a=1", { "if-none-match": '"v1"' })).toEqual({ status: 304, text: "", vary })
    expect(await get("/?utm=x&a=1")).toEqual({ status: 200, text: "run 1", vary })
    expect(await get("/?a=1&utm=y")).toEqual({ status: 200, text: "run 1", vary })
    expect(await get("/?a=1", { "accept-language": "cs" })).toEqual({ status: 200, text: "run 2", vary })
    expect(await get("/?a=1", { ":method": "HEAD" })).toEqual({ status: 200, text: "", vary })
    expect(urls).toEqual(["/?a=1 undefined", "/?a=1 undefined"])
  })

  it("cannot poison pages through Fastify, which prefers Host", async () => {
    const app = fastify({ http2: true })
    app.addHook("onRequest", forFastify.cachedBy(newPageCache({ timeout: 60 })))
    app.get("/", async (request) => `${request.host} ${request.headers[":authority"]}`)
    const { port, close } = await listenFastify(app)
    onTestFinished(close)
    const get = clientOf(port)
    await get("/", { ":authority": "evil.example", host: "a.example" })
    expect((await get("/", { ":authority": "a.example" })).text).toBe("a.example a.example")
    await get("/", { ":authority": "b.example", host: "evil.example" })
    expect((await get("/", { ":authority": "b.example" })).text).toBe("b.example b.example")
  })

  it("cannot poison pages of its authority with a different Host", async () => {
    const get = await serve(newPageCache({ timeout: 60 }), (request, response) => {
      response.end(`${request.headers.host} ${request.authority}`)
    })
    await get("/", { ":authority": "a.example", host: "evil.example" })
    expect((await get("/", { ":authority": "a.example" })).text).not.toContain("evil.example")
    await get("/other", { ":authority": "evil.example", host: "a.example" })
    expect((await get("/other", { ":authority": "a.example" })).text).not.toContain("evil.example")
  })
})
