import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"

/** A Node server for a handler of `Request` and `Response`, like the adapters of such frameworks. */
export function fetchServer(
  handler: (request: Request) => Response | Promise<Response>,
  schemeOf: (message: IncomingMessage) => string = () => "http",
): Server {
  return createServer((message, reply) => {
    answer(message, reply, handler, schemeOf(message)).catch(() => reply.destroy())
  })
}

async function answer(
  message: IncomingMessage,
  reply: ServerResponse,
  handler: (request: Request) => Response | Promise<Response>,
  scheme: string,
): Promise<void> {
  const { method = "GET", url = "/", headers } = message
  const bodyless = method === "GET" || method === "HEAD"
  // RFC 9112, 3.2.2.
  const whole = /^https?:/i.test(url) ? url : `${scheme}://${headers.host}${url}`
  const request = new Request(whole, {
    method,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(bodyless ? {} : { body: Readable.toWeb(message), duplex: "half" }),
  })
  const response = await Promise.resolve(request)
    .then(handler)
    .catch(() => new Response("broken", { status: 500 }))
  for (const [name, value] of response.headers) reply.appendHeader(name, value)
  reply.writeHead(response.status, response.statusText)
  if (response.body === null) reply.end()
  else await pipeline(Readable.fromWeb(response.body), reply)
}
