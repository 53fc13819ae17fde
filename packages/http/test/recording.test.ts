import { once } from "node:events"
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http"
import {
  connect,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import compression from "compression"
import { describe, expect, it } from "vitest"
import type { NodeResponse } from "../src/node/node-message.js"
import { recordResponse } from "../src/node/response-recording.js"
import { listen, send, sendRaw, testServers } from "./servers/listening.js"
import { RecordedFill } from "./servers/recorded-fill.js"

const open = testServers()

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server whose handler is recorded by the fill. */
async function recorded(fill: RecordedFill, handler: Handler): Promise<number> {
  const server = await listen(
    createServer((request, response) => {
      recordResponse(response, fill, { method: request.method ?? "GET" })
      handler(request, response)
    }),
  )
  return open(server).port
}

describe("a recording of a response of node:http", () => {
  it.each<[string, Handler]>([
    ["set", (_, response) => void response.setHeader("X-A", "1").end("hello")],
    ["given to writeHead", (_, response) => void response.writeHead(200, { "x-a": "1" }).end("hello")],
    ["given with a message", (_, response) => void response.writeHead(200, "Fine", { "x-a": "1" }).end("hello")],
    ["a flat array", (_, response) => void response.writeHead(200, ["X-A", "1"]).end("hello")],
    ["set and given", (_, response) => void response.setHeader("X-A", "0").writeHead(200, ["X-A", "1"]).end("hello")],
    ["pairs", (_, response) => void Reflect.apply(response.writeHead, response, [200, [["X-A", "1"]]]).end("hello")],
    [
      "flushed",
      (_, response) => {
        response.setHeader("X-A", "1")
        response.flushHeaders()
        response.end("hello")
      },
    ],
  ])("has the headers that are %s", async (_, handler) => {
    const fill = new RecordedFill()
    const answer = await send(await recorded(fill, handler), "/")
    expect(answer.headers["x-a"]).toBe("1")
    expect(answer.text).toBe("hello")
    expect([...fill.headers]).toEqual([["x-a", "1"]])
    expect([fill.status, fill.body, ...fill.calls]).toEqual([200, "hello", "head", "end"])
  })

  it("keeps repeated header lines", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (_, response) => {
      response.setHeader("Link", ["<a>", "<b>"])
      response.writeHead(200, ["Set-Cookie", "a=1", "Set-Cookie", "b=2"]).end()
    })
    const { headers, rawHeaders } = await send(port, "/")
    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"])
    expect(rawHeaders.filter((one) => one === "<a>" || one === "<b>")).toEqual(["<a>", "<b>"])
    expect(fill.headers.getSetCookie()).toEqual(["a=1", "b=2"])
  })

  it("has the length of a body that is passed at once, as Node does", async () => {
    for (const body of ["žluť", Buffer.from([0, 255]), undefined]) {
      const port = await recorded(new RecordedFill(), (_, response) => response.end(body))
      const answer = await send(port, "/")
      expect(answer.headers["content-length"]).toBe(String(Buffer.byteLength(body ?? "")))
      expect(answer.headers["transfer-encoding"]).toBeUndefined()
      expect(answer.body).toEqual(Buffer.from(body ?? ""))
    }
  })

  it("has no added length for 204, 304 and HEAD", async () => {
    for (const status of [204, 304]) {
      const port = await recorded(new RecordedFill(), (_, response) => response.writeHead(status).end())
      expect((await send(port, "/")).headers["content-length"]).toBeUndefined()
    }
    const port = await recorded(new RecordedFill(), (_, response) => response.end("hello"))
    const head = await send(port, "/", { method: "HEAD" })
    expect([head.text, head.headers["content-length"]]).toEqual(["", undefined])
  })

  it("copies chunks of any kind, in any encoding", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (_, response) => {
      const reused = Buffer.from("one ")
      response.write(reused, () => {
        response.write(new Uint8Array(Buffer.from("three ")))
        response.end("Zm91cg==", "base64")
      })
      response.write("dHdvIA==", "base64")
    })
    expect((await send(port, "/")).text).toBe("one two three four")
    expect(await fill.over).toBe("end")
    expect(fill.body).toBe("one two three four")
  })

  it("passes on the return value of write, and drain", async () => {
    const accepted: boolean[] = []
    const fill = new RecordedFill()
    const port = await recorded(fill, async (_, response) => {
      for (let piece = 0; piece < 40; piece++) {
        const more = response.write(Buffer.alloc(256 * 1024, piece))
        accepted.push(more)
        if (!more) await once(response, "drain")
      }
      response.end()
    })
    expect((await send(port, "/")).body.byteLength).toBe(40 * 256 * 1024)
    expect(accepted).toContain(false)
    expect(await fill.over).toBe("end")
  })

  it("stops copying once the fill has enough", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, async (_, response) => {
      fill.recording = false
      await pipeline(Readable.from(["a", "b"]), response)
    })
    expect((await send(port, "/")).text).toBe("ab")
    expect(fill.chunks).toEqual([])
  })

  it("is not affected by early hints, which are passed on", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (_, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" })
      response.end("page")
    })
    const request = httpRequest({ host: "127.0.0.1", port, path: "/" }).end()
    const [[hints], [response]] = await Promise.all([once(request, "information"), once(request, "response")])
    response.resume()
    expect(hints.statusCode).toBe(103)
    expect(response.statusCode).toBe(200)
    expect(fill.headers.has("link")).toBe(false)
    expect(fill.calls).toEqual(["head", "end"])
  })

  it("counts a response with trailers as incomplete, and passes them on", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (_, response) => {
      response.writeHead(200, { Trailer: "X-Sum" })
      response.write("page")
      response.addTrailers({ "X-Sum": "4" })
      response.end()
    })
    const answer = await send(port, "/")
    expect(answer.trailers).toEqual({ "x-sum": "4" })
    expect(fill.calls).toEqual(["head", "abort"])
  })

  it("aborts when the client disconnects before the end, also if the handler then ends early", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (_, response) => {
      response.write("half")
      response.once("close", () => response.end())
    })
    const request = httpRequest({ host: "127.0.0.1", port, path: "/" }).end()
    await once(request, "response")
    request.destroy()
    expect(await fill.over).toBe("abort")
    expect(fill.calls).toEqual(["head", "abort"])
  })

  it("aborts when the handler destroys the socket, before and after its head", async () => {
    for (const begin of [false, true]) {
      const fill = new RecordedFill()
      const port = await recorded(fill, (request, response) => {
        if (begin) response.write("half")
        request.socket.destroy()
      })
      await expect(send(port, "/")).rejects.toThrow()
      expect(await fill.over).toBe("abort")
    }
  })

  it("aborts a source that fails midway", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (_, response) => {
      const source = Readable.from(
        (async function* () {
          yield "half"
          throw new Error("the source broke")
        })(),
      )
      return pipeline(source, response).catch(() => {})
    })
    await expect(send(port, "/")).rejects.toThrow()
    expect(await fill.over).toBe("abort")
  })

  it("leaves Node's own errors unchanged", async () => {
    const fill = new RecordedFill()
    const errors: unknown[] = []
    const port = await recorded(fill, (_, response) => {
      for (const wrong of [
        () => response.writeHead(200, ["odd"]),
        () => response.writeHead(200, { "bad name": "x" }),
        () => Reflect.apply(response.write, response, [5]),
      ]) {
        try {
          wrong()
        } catch (error) {
          errors.push(error)
        }
      }
      response.end()
    })
    await send(port, "/")
    expect(errors).toHaveLength(3)
    for (const error of errors) expect(error).toBeInstanceOf(TypeError)
  })
})

describe("a head that Node rejects", () => {
  const invalid = "in\nvalid"

  it.each<[string, Handler]>([
    ["header", (_, response) => response.writeHead(200, { "Content-Length": 3, "X-A": invalid })],
    ["message", (_, response) => response.writeHead(200, invalid, { "Content-Length": 3 })],
    [
      "message that was set",
      (_, response) => {
        response.statusMessage = invalid
        response.end("old")
      },
    ],
  ])("for its %s is followed by the next one, without its headers", async (_, reject) => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (request, response) => {
      response.setHeader("X-B", "1")
      expect(() => reject(request, response)).toThrow(TypeError)
      response.writeHead(500, "Broken").end("the next one")
    })
    const { status, text, headers } = await send(port, "/")
    expect([status, text, headers["x-b"]]).toEqual([500, "the next one", "1"])
    expect([fill.status, fill.body, fill.calls.at(-1)]).toEqual([500, "the next one", "end"])
  })

  it("was not a head: the last good page may still replace what the handler sends", async () => {
    const good = { status: 200, headers: [["X-A", "1"]] as const, body: Buffer.from("last good page") }
    const fill = new RecordedFill({
      answerTo: (status, headers) => (status === 500 ? good : { status, headers, body: "handler" }),
    })
    const port = await recorded(fill, (_, response) => {
      response.statusMessage = invalid
      expect(() => response.end("old")).toThrow(TypeError)
      response.statusCode = 500
      response.statusMessage = "Broken"
      response.end("broken")
    })
    const { status, text } = await send(port, "/")
    expect([status, text]).toEqual([200, "last good page"])
  })

  it("is not sent for a body of a type that Node rejects", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (_, response) => {
      for (const method of [response.end, response.write]) {
        expect(() => Reflect.apply(method, response, [5])).toThrow(TypeError)
        expect(response.headersSent).toBe(false)
      }
      response.writeHead(500).end("broken")
    })
    const { status, text } = await send(port, "/")
    expect([status, text, fill.status]).toEqual([500, "broken", 500])
  })

  it("is not the fill's if the response was already sent", async () => {
    const fill = new RecordedFill()
    const server = await listen(
      createServer((_, response) => {
        response.writeHead(200).write("sent ")
        recordResponse(response, fill, { method: "GET" })
        expect(() => response.writeHead(200)).toThrow(/after they are sent/)
        response.end("before")
      }),
    )
    expect((await send(open(server).port, "/")).text).toBe("sent before")
    expect(fill.calls).toEqual(["end"])
  })
})

describe("the response that replaces a handler's", () => {
  it("has the message of its own status", async () => {
    const fill = new RecordedFill({ answerTo: () => ({ status: 304, headers: [], body: null }) })
    const port = await recorded(fill, (_, response) => {
      response.statusMessage = "Fine"
      response.end("page")
    })
    expect(await sendRaw(port, "GET / HTTP/1.1", "Host: a")).toMatch(/^HTTP\/1\.1 304 Not Modified\r\n/)
  })

  it("is a 304 without the body, which the fill still records", async () => {
    const fill = new RecordedFill({ answerTo: () => ({ status: 304, headers: [["ETag", '"a"']], body: null }) })
    const written: string[] = []
    const port = await recorded(fill, (_, response) => {
      response.writeHead(200, "Fine", { "Content-Type": "text/html", "Content-Length": 8 })
      response.write("one ", () => written.push("one"))
      response.end("two ", () => written.push("two"))
    })
    const answer = await send(port, "/")
    expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, "", '"a"'])
    expect(answer.headers["content-type"]).toBeUndefined()
    expect(fill.body).toBe("one two ")
    expect(written).toEqual(["one", "two"])
  })

  it.each<[string, Handler]>([
    ["at once", (_, response) => response.writeHead(503).end("sorry")],
    ["in pieces", (_, response) => void pipeline(Readable.from(["so", "rry"]), response.writeHead(503))],
    ["not at all", (_, response) => response.writeHead(503).end()],
  ])("is the last good page, when the handler writes its error %s", async (_, handler) => {
    const body = Buffer.from("last good page")
    const fill = new RecordedFill({ answerTo: () => ({ status: 200, headers: [["X-A", "1"]], body }) })
    const answer = await send(await recorded(fill, handler), "/")
    expect([answer.status, answer.text, answer.headers["x-a"]]).toEqual([200, "last good page", "1"])
    expect(answer.headers["content-length"]).toBe(String(body.byteLength))
  })
})

describe("compression", () => {
  const compress = compression({ threshold: 0 })
  const page = "page ".repeat(1_000)
  const gzip = { headers: { "accept-encoding": "gzip" } }

  it("outside is not part of the recorded page and head", async () => {
    const fill = new RecordedFill()
    const server = await listen(
      createServer((request, response) => {
        compress(Object.assign(request), Object.assign(response), () => {
          recordResponse(response, fill, { method: "GET" })
          response.setHeader("Content-Type", "text/html")
          response.end(page)
        })
      }),
    )
    const answer = await send(open(server).port, "/", gzip)
    expect(answer.headers["content-encoding"]).toBe("gzip")
    expect(answer.body.byteLength).toBeLessThan(1_000)
    expect([...fill.headers]).toEqual([["content-type", "text/html"]])
    expect(fill.body).toBe(page)
  })

  it("inside is part of the recorded page and head", async () => {
    const fill = new RecordedFill()
    const port = await recorded(fill, (request, response) => {
      compress(Object.assign(request), Object.assign(response), () => {
        response.setHeader("Content-Type", "text/html")
        response.end(page)
      })
    })
    const answer = await send(port, "/", gzip)
    expect(await fill.over).toBe("end")
    expect(fill.headers.get("content-encoding")).toBe("gzip")
    expect(fill.headers.get("vary")).toBe("Accept-Encoding")
    expect(Buffer.concat(fill.chunks)).toEqual(answer.body)
  })
})

describe("a recording of a response of node:http2", () => {
  async function fetchHttp2(
    fill: RecordedFill,
    handler: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  ) {
    const server = createHttp2Server((request, response) => {
      const recordable: NodeResponse = response
      recordResponse(recordable, fill, { method: request.method })
      handler(request, response)
    })
    const { port, close } = await listen(server)
    const session = connect(`http://127.0.0.1:${port}`)
    const stream = session.request({ ":path": "/" })
    const [headers] = await once(stream, "response")
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    session.close()
    await close()
    return { headers, text: Buffer.concat(chunks).toString() }
  }

  it.each<[string, (request: Http2ServerRequest, response: Http2ServerResponse) => void]>([
    [
      "ended at once",
      (_, response) => {
        response.setHeader("x-a", "1")
        response.end("hello")
      },
    ],
    [
      "written in pieces",
      (_, response) => {
        response.writeHead(200, { "x-a": "1" })
        response.write("hel")
        response.end("lo")
      },
    ],
  ])("has each byte once when the body is %s", async (_, handler) => {
    const fill = new RecordedFill()
    const { headers, text } = await fetchHttp2(fill, handler)
    expect([headers["x-a"], text]).toEqual(["1", "hello"])
    expect([fill.headers.get("x-a"), fill.body, ...fill.calls]).toEqual(["1", "hello", "head", "end"])
  })

  it("has the whole body when the client gets a 304", async () => {
    const fill = new RecordedFill({ answerTo: () => ({ status: 304, headers: [["etag", '"a"']], body: null }) })
    const { headers, text } = await fetchHttp2(fill, (_, response) => void response.end("hello"))
    expect([headers[":status"], text, fill.body]).toEqual([304, "", "hello"])
  })
})
