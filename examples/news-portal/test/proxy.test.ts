import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, it, onTestFinished } from "vitest"
import { startProxy } from "../src/proxy.js"

/** A server that answers with its name and the method and body of the request, on connections that it closes. */
async function start(name: string): Promise<{ server: Server; address: string }> {
  const server = createServer(async (request, response) => {
    let body = ""
    for await (const chunk of request) body += chunk
    response.writeHead(200, { connection: "close" }).end(`${name} ${request.method} ${body}`)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

it("asks the next server where one has ended, but never sends a form twice", async () => {
  const [one, two] = [await start("one"), await start("two")]
  const proxy = await startProxy([one.address, two.address], 0)
  onTestFinished(() => proxy.close())
  const read = async (init?: RequestInit) => {
    const response = await fetch(proxy.address, init)
    return [response.status, await response.text(), response.headers.get("connection")]
  }
  const form = { method: "POST", body: "words" }
  expect(await read(form)).toEqual([200, "one POST words", "keep-alive"])
  expect(await read()).toEqual([200, "two GET ", "keep-alive"])

  one.server.close()
  await once(one.server, "close")
  expect(await read()).toEqual([200, "two GET ", "keep-alive"])
  expect(await read()).toEqual([200, "two GET ", "keep-alive"])
  expect(await read(form)).toEqual([502, "No server of the site answers.\n", "keep-alive"])
  expect(await read(form)).toEqual([200, "two POST words", "keep-alive"])

  two.server.close()
  await once(two.server, "close")
  expect(await read()).toEqual([502, "No server of the site answers.\n", "keep-alive"])
})
