import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import got from "got"
import { afterEach, describe, expect, it } from "vitest"
import { KeyvStore } from "../src/index.js"

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A server that counts its requests, and answers bytes that are no text. */
async function countingServer(cacheControl: string) {
  const requests: (string | undefined)[] = []
  const server = createServer((request, response) => {
    requests.push(request.headers["if-none-match"])
    response.writeHead(200, { "cache-control": cacheControl, "content-type": "application/octet-stream" })
    response.end(Buffer.of(0, 255, 128, requests.length))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests }
}

describe("got with a KeyvStore as its cache", () => {
  it("asks the server once for what may be kept, and answers the same bytes again", async () => {
    const { url, requests } = await countingServer("max-age=60")
    const cache = new Cache(new LocmemBackend())
    const client = got.extend({ cache: new KeyvStore(cache), responseType: "buffer" })
    const [first, second] = [await client(url), await client(url)]
    expect(first.isFromCache).toBe(false)
    expect(second.isFromCache).toBe(true)
    expect(second.body).toEqual(first.body)
    expect(requests).toHaveLength(1)
    await cache.clear()
    expect((await client(url)).isFromCache).toBe(false)
  })

  it("asks again for what may not be kept", async () => {
    const { url, requests } = await countingServer("no-store")
    const cache = new Cache(new LocmemBackend())
    const client = got.extend({ cache: new KeyvStore(cache), responseType: "buffer" })
    await client(url)
    expect((await client(url)).isFromCache).toBe(false)
    expect(requests).toHaveLength(2)
  })
})
