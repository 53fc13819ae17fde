import { createServer, type ServerResponse } from "node:http"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { recordResponse } from "../src/node/response-recording.js"
import { type Listening, listen, send } from "./servers/listening.js"
import { RecordedFill } from "./servers/recorded-fill.js"

type Step = (response: ServerResponse) => unknown

const headerName = fc.constantFrom("X-A", "x-a", "X-B", "Link", "Content-Type", "Set-Cookie")
const headerValue = fc.constantFrom("", "1", "two words", "a, b", "ž".normalize("NFD")[0] ?? "z")
const piece = fc.oneof(
  fc.string({ maxLength: 20 }).map((text): readonly [string, BufferEncoding] => [text, "utf8"]),
  fc.constantFrom("aGVsbG8=", "eA==").map((text): readonly [string, BufferEncoding] => [text, "base64"]),
  fc.uint8Array({ maxLength: 20 }).map((bytes): readonly [Uint8Array] => [bytes]),
)

const setHeader = fc.tuple(headerName, headerValue).map(
  ([name, value]): Step =>
    (response) =>
      response.setHeader(name, value),
)
const flush = fc.constant<Step>((response) => response.flushHeaders())
const pairs = fc.uniqueArray(fc.tuple(headerName, headerValue), {
  maxLength: 3,
  selector: ([name]) => name.toLowerCase(),
})
const writeHead = fc
  .tuple(fc.constantFrom(200, 201, 204, 304, 404), fc.option(fc.constant("Fine")), pairs, fc.boolean())
  .map(([status, message, given, flat]): Step => {
    const headers = flat ? given.flat() : Object.fromEntries(given)
    return (response) =>
      message === null ? response.writeHead(status, headers) : response.writeHead(status, message, headers)
  })
const write = piece.map(
  (given): Step =>
    (response) =>
      Reflect.apply(response.write, response, [...given]),
)
const end = fc.option(piece).map(
  (given): Step =>
    (response) =>
      Reflect.apply(response.end, response, given === null ? [] : [...given]),
)

const handlers = fc
  .tuple(
    fc.array(setHeader, { maxLength: 3 }),
    fc.option(fc.oneof(flush, writeHead)),
    fc.array(write, { maxLength: 3 }),
    end,
  )
  .map(([set, head, writes, last]) => [...set, ...(head === null ? [] : [head]), ...writes, last])

describe("a recorded response", () => {
  let steps: readonly Step[] = []
  let fill = new RecordedFill()
  const servers: Listening[] = []
  beforeAll(async () => {
    const run = (response: ServerResponse) => {
      for (const step of steps) step(response)
    }
    servers.push(await listen(createServer((_request, response) => run(response))))
    servers.push(
      await listen(
        createServer((request, response) => {
          recordResponse(response, fill, { method: request.method ?? "GET" })
          run(response)
        }),
      ),
    )
  })
  afterAll(async () => {
    for (const server of servers) await server.close()
  })

  it("is sent unchanged, whatever the handler does", async () => {
    const [bare, recorded] = servers
    if (bare === undefined || recorded === undefined) throw new Error("no servers")
    await fc.assert(
      fc.asyncProperty(handlers, fc.constantFrom("GET", "HEAD"), async (given, method) => {
        steps = given
        fill = new RecordedFill()
        const expected = await send(bare.port, "/", { method })
        const answer = await send(recorded.port, "/", { method })
        const { date: _, ...headers } = answer.headers
        const { date: __, ...expectedHeaders } = expected.headers
        expect([answer.status, headers]).toEqual([expected.status, expectedHeaders])
        expect(answer.body.equals(expected.body)).toBe(true)
        expect(fill.calls).toEqual(["head", "end"])
        if (method === "GET" && answer.status !== 204 && answer.status !== 304) {
          expect(Buffer.concat(fill.chunks).equals(expected.body)).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })
})
