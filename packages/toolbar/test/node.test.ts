import { EventEmitter, once } from "node:events"
import { get as httpGet, type IncomingMessage, type ServerResponse } from "node:http"
import { connect, createServer as createServer2, type Http2ServerRequest, type Http2ServerResponse } from "node:http2"
import { type AddressInfo, connect as connectSocket } from "node:net"
import { Cache, ConfigurationError, operations } from "@larder/core"
import { fragment } from "@larder/fragments"
import { cachePage } from "@larder/http/node"
import { LocmemBackend } from "@larder/locmem"
import compression from "compression"
import express from "express"
import { afterEach, expect, it, vi } from "vitest"
import { toolbar as inExpress } from "../src/express.js"
import { toolbar } from "../src/node.js"
import { navigation, serve } from "./servers/sites.js"

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

const marker = "<larder-toolbar>"
const opening = "<!doctype html><html><body>"
const text = `${opening}</body></html>`
const html = { "content-type": "text/html" }

afterEach(() => {
  vi.restoreAllMocks()
})

function start(handler: Handler): Promise<string> {
  return serve(toolbar()(handler))
}

async function read(address: string): Promise<{ readonly response: Response; readonly body: string }> {
  const response = await fetch(address, { headers: navigation })
  return { response, body: await response.text() }
}

it("returns the handler itself if it is off", () => {
  const handler: Handler = (_request, response) => response.end()

  expect(toolbar({ enabled: false })(handler)).toBe(handler)
  expect(operations.hasSubscribers).toBe(false)
})

it.each([0, 1.5, Number.NaN, "many"])("rejects %j for maxCalls", (maxCalls) => {
  // @ts-expect-error: one of the values is not a number
  expect(() => toolbar({ maxCalls })).toThrow(ConfigurationError)
})

it.each<readonly [form: string, head: readonly unknown[]]>([
  ["an object", [200, { ...html, "X-Own": "1", "Set-Cookie": ["a=1", "b=2"] }]],
  ["an object, after a message", [200, "Fine", { ...html, "X-Own": "1", "Set-Cookie": ["a=1", "b=2"] }]],
  ["a flat list", [200, ["Content-Type", "text/html", "X-Own", "1", "Set-Cookie", "a=1", "Set-Cookie", "b=2"]]],
  [
    "pairs",
    [
      200,
      [
        ["Content-Type", "text/html"],
        ["X-Own", "1"],
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
      ],
    ],
  ],
])("keeps the headers that writeHead gets as %s", async (_form, head) => {
  const address = await start((_request, response) => {
    Reflect.apply(response.writeHead, response, [...head])
    expect(response.headersSent).toBe(true)
    response.end(text)
    expect(response.writableEnded).toBe(true)
    response.end("too late")
  })
  const { response, body } = await read(address)

  expect(body).toMatch(/^<!doctype html><html><body><larder-toolbar>.*<\/body><\/html>$/s)
  expect(response.headers.get("x-own")).toBe("1")
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"])
  expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(body)))
  if (head.length === 3) expect(response.statusText).toBe("Fine")
})

it("calls the callbacks of writes, and keeps the encoding of strings", async () => {
  const called: string[] = []
  const address = await start(async (_request, response) => {
    response.setHeader("content-type", "text/html")
    response.write("<!doc", () => called.push("first"))
    response.write(Buffer.from("type html><body>").toString("hex"), "hex", () => called.push("second"))
    response.write("", () => called.push("empty"))
    response.end("é</body>", "latin1", () => called.push("end"))
  })
  const response = await fetch(address, { headers: navigation })
  const bytes = Buffer.from(await response.arrayBuffer()).toString("latin1")

  expect(bytes).toMatch(/^<!doctype html><body>é<larder-toolbar>.*<\/body>$/s)
  await vi.waitFor(() => expect(called.sort()).toEqual(["empty", "end", "first", "second"]))
})

it("calls the callback of an empty write before a response without a panel", async () => {
  const called: string[] = []
  const address = await start((_request, response) => {
    response.setHeader("content-type", "text/html").write("", () => called.push("empty"))
    response.end("<tr></tr>", () => called.push("end"))
  })

  expect((await read(address)).body).toBe("<tr></tr>")
  await vi.waitFor(() => expect(called).toEqual(["empty", "end"]))
})

it("sends the head at once, without a panel, if the application flushes it", async () => {
  const { response, body } = await read(
    await start((_request, response) => {
      response.writeHead(200, { ...html, etag: '"1"' })
      response.flushHeaders()
      response.end(text)
    }),
  )

  expect(body).toBe(text)
  expect(response.headers.get("etag")).toBe('"1"')
})

it.each<readonly [kind: string, handler: Handler]>([
  ["a redirect", (_request, response) => response.writeHead(302, { ...html, location: "/other" }).end(text)],
  ["a response without a body", (_request, response) => response.writeHead(204, html).end()],
  ["not modified", (_request, response) => response.writeHead(304, { ...html, etag: '"1"' }).end()],
  ["JSON", (_request, response) => response.setHeader("content-type", "application/json").end("{}")],
])("does not change a byte of %s", async (_kind, handler) => {
  const [plain, wrapped] = await Promise.all(
    [handler, toolbar()(handler)].map(async (one) => {
      const address = new URL(await serve(one))
      const socket = connectSocket(Number(address.port), "127.0.0.1")
      const lines = ["GET / HTTP/1.1", "Host: localhost", "Accept: text/html", "Connection: close"]
      socket.write(`${lines.join("\r\n")}\r\n\r\n`)
      let received = ""
      for await (const chunk of socket.setEncoding("latin1")) received += chunk
      return received.replace(/^Date: .*$/m, "")
    }),
  )

  expect(wrapped).toBe(plain)
})

it("adds the panel to pages that inner middleware would compress, by disabling compression", async () => {
  const app = express()
  app.use(inExpress(), compression({ threshold: 0 }))
  app.get("/", (_request, response) => void response.send(text))
  const { response, body } = await read(await serve(app))

  expect(response.headers.get("content-encoding")).toBeNull()
  expect(body).toContain(marker)
})

it("passes errors on to the application, such as that of an invalid header", async () => {
  let thrown: unknown
  const address = await start((_request, response) => {
    try {
      response.writeHead(200, { ...html, "not a name": "1" })
    } catch (error) {
      thrown = error
    }
    response.removeHeader("not a name")
    response.writeHead(500).end()
  })

  expect((await read(address)).response.status).toBe(500)
  expect(thrown).toMatchObject({ code: "ERR_INVALID_HTTP_TOKEN" })
})

it("rejects a second head and ignores writes after the end, as Node does", async () => {
  const thrown: unknown[] = []
  const tryHead = (response: ServerResponse) => {
    try {
      response.writeHead(500)
    } catch (error) {
      thrown.push(error)
    }
  }
  const { response, body } = await read(
    await start((_request, response) => {
      response.setHeader("content-type", "text/html").write("<!doc")
      expect(response.headersSent).toBe(true)
      tryHead(response)
      response.end("type html><body></body>")
      tryHead(response)
      expect(response.write("too late")).toBe(false)
    }),
  )

  expect(response.status).toBe(200)
  expect(body).toMatch(/^<!doctype html><body><larder-toolbar>.*<\/larder-toolbar><\/body>$/s)
  expect(thrown).toMatchObject([{ code: "ERR_HTTP_HEADERS_SENT" }, { code: "ERR_HTTP_HEADERS_SENT" }])
})

it("stops recording when the client disconnects", async () => {
  let go = (): void => undefined
  const left = new Promise<void>((resolve) => {
    go = resolve
  })
  const address = await start(async (_request, response) => {
    expect(operations.hasSubscribers).toBe(true)
    response.once("close", go)
    response.setHeader("content-type", "text/html").write(opening)
  })
  const request = httpGet(address, { headers: navigation })
  await once(request, "response")
  request.destroy()
  await left

  await vi.waitFor(() => expect(operations.hasSubscribers).toBe(false))
})

it("does not record for a client that disconnects before authorize has decided", async () => {
  const steps = new EventEmitter()
  const [arrived, left, decided, handled] = ["arrived", "left", "decided", "handled"].map((step) => once(steps, step))
  const authorize = async () => {
    steps.emit("arrived")
    await decided
    return true
  }
  const wrapped = toolbar({ authorize })((_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader("content-type", "text/html").end(text)
    steps.emit("handled")
  })
  const address = await serve((request, response) => {
    response.once("close", () => steps.emit("left"))
    return wrapped(request, response)
  })
  const request = httpGet(address, { headers: navigation }).on("error", () => {})
  await arrived
  request.destroy()
  await left
  steps.emit("decided")
  await handled

  expect(operations.hasSubscribers).toBe(false)
})

it("adds the panel to a page that reads very many keys at once", async () => {
  const cache = new Cache(new LocmemBackend())
  const keys = Array.from({ length: 200_000 }, (_, index) => `k${index}`)
  const { body } = await read(
    await start(async (_request, response) => {
      await cache.getMany(keys)
      response.writeHead(200, html).end(text)
    }),
  )

  expect(body).toContain("and 199995 more keys")
})

it("adds one panel if it is mounted twice", async () => {
  const address = await start(
    toolbar()((_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, html).end(text)
    }),
  )

  expect((await read(address)).body.match(/<larder-toolbar>/g)).toHaveLength(1)
})

it("labels calls with their layer", async () => {
  const cache = new Cache(new LocmemBackend(), { alias: "all" })
  const view: Handler = async (_request, response) => {
    const part = await fragment("side", { cache }, async () => {
      await cache.get("inside")
      return "<p>side</p>"
    })
    response.writeHead(200, html).end(`${opening}${part}</body></html>`)
  }
  const { body } = await read(await start(cachePage(60, { cache })(view)))
  const layers = [...body.matchAll(/data-label="Layer">([^<]*)</g)].map(([, layer]) => layer)

  expect(layers).toEqual(["page", "page", "fragment", "low-level"])
})

it("warns if it is inside a page cache, because no page is stored", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
  const cache = new Cache(new LocmemBackend())
  const address = await serve(
    cachePage(60, { cache })(toolbar()((_request, response) => response.writeHead(200, html).end(text))),
  )
  await read(address)

  await vi.waitFor(() =>
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("Mount the toolbar outside"), expect.anything()),
  )
  const script = await fetch(address, { headers: { ...navigation, "sec-fetch-dest": "empty" } })
  expect(await script.text()).toBe(text)
})

it("does not warn about pages that the application makes no-store", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
  const cache = new Cache(new LocmemBackend())
  const view: Handler = (_request, response) =>
    response.writeHead(200, { ...html, "cache-control": "no-store" }).end(text)
  const { body } = await read(await start(cachePage(60, { cache })(view)))

  expect(body).toContain("not stored (no-store)")
  await vi.waitFor(() => expect(operations.hasSubscribers).toBe(false))
  expect(warn).not.toHaveBeenCalled()
})

it("adds the panel to pages over HTTP/2", async () => {
  const cache = new Cache(new LocmemBackend())
  const view = async (request: Http2ServerRequest, response: Http2ServerResponse) => {
    await cache.get("top")
    response.writeHead(200, { ...html, etag: '"1"' })
    if (request.url === "/whole") response.end(text)
    else {
      response.write(opening)
      response.end("</body></html>")
    }
  }
  const server = createServer2(toolbar()(view)).listen(0, "127.0.0.1")
  await once(server, "listening")
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    for (const path of ["/whole", "/stream"]) {
      const stream = client.request({ ":path": path, accept: "text/html" })
      const [headers] = await once(stream, "response")
      let body = ""
      for await (const chunk of stream.setEncoding("utf8")) body += chunk

      expect(body).toMatch(/^<!doctype html><html><body><larder-toolbar>.*<\/larder-toolbar><\/body><\/html>$/s)
      expect(body).toContain("<code>top</code>")
      expect(headers).toMatchObject({ "cache-control": "no-store" })
      expect(headers.etag).toBeUndefined()
    }
  } finally {
    client.close()
    server.close()
    await once(server, "close")
  }
})
