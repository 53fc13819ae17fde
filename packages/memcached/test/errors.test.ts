import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server } from "node:net"
import { BackendError, Cache } from "@larder/core"
import { describe, expect, it, onTestFinished } from "vitest"
import { fromUrl } from "../src/index.js"

/** What a cache with a store at that address says. */
async function failureOf(address: string): Promise<BackendError> {
  const cache = new Cache(fromUrl(`memcached://${address}`), { onError: "throw", operationTimeout: 10 })
  onTestFinished(() => cache.close())
  const error: unknown = await cache.get("key").catch((reason: unknown) => reason)
  if (error instanceof BackendError) return error
  throw new Error(`Expected a BackendError, got ${String(error)}`)
}

/** The address of a server that is no Memcached. */
async function addressOf(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe("an error names the backend and the address", () => {
  it("when nobody listens there", async () => {
    const server = createServer()
    const address = await addressOf(server)
    server.close()
    await once(server, "close")
    const { message } = await failureOf(address)
    expect(message).toContain("memcached backend")
    expect(message).toContain(`Memcached ${address}: `)
  })

  it("when the server speaks something else, or nothing", async () => {
    const web = await addressOf(createHttpServer((_request, response) => void response.end("hello")))
    const mail = await addressOf(
      createServer((socket) => void socket.on("error", () => {}).write("220 mail ready\r\n")),
    )
    const silent = await addressOf(createServer(() => {}))
    for (const address of [web, mail, silent]) {
      expect((await failureOf(address)).message).toContain(`Memcached ${address}: `)
    }
  })
})
