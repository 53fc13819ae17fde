import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server } from "node:net"
import { createClient } from "@keyv/redis"
import { BackendError, Cache } from "@larder/core"
import { describe, expect, it, onTestFinished } from "vitest"
import { fromUrl, RedisBackend, RedisConnectionError } from "../src/index.js"
import { freePort, RedisProcess } from "./redis-process.js"
import { url as healthyUrl } from "./test-servers.js"

/** What a cache with this store says, at the latest after ten seconds. */
async function failureOf(backend: RedisBackend): Promise<BackendError> {
  const cache = new Cache(backend, { onError: "throw", operationTimeout: 10 })
  onTestFinished(() => cache.close())
  const error: unknown = await cache.get("key").catch((reason: unknown) => reason)
  if (error instanceof BackendError) return error
  throw new Error(`Expected a BackendError, got ${String(error)}`)
}

/** The address of a server that is no Redis. */
async function addressOf(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe("an error names the backend and the address, and no password,", () => {
  it("when nobody listens there", async () => {
    const address = `127.0.0.1:${await freePort()}`
    for (const url of [`redis://u:secret@${address}`, `redis://u:secret@${address}?cluster`]) {
      const { message } = await failureOf(fromUrl(url))
      expect(message).toContain("redis backend")
      expect(message).toContain(address)
      expect(message).not.toContain("secret")
    }
  })

  it("when there is no such host", async () => {
    const error = await failureOf(fromUrl("redis://nowhere.invalid:6379"))
    expect(error.message).toContain("nowhere.invalid")
    expect(error.cause).toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
  })

  it("when the password is wrong, or missing", async () => {
    const server = await RedisProcess.start()
    await server.ask("CONFIG", "SET", "requirepass", "right")
    for (const credentials of [":secret@", "user:secret@", ""]) {
      const error = await failureOf(fromUrl(`redis://${credentials}127.0.0.1:${server.port}/1`))
      expect(error.cause).toBeInstanceOf(RedisConnectionError)
      expect(error.message).toMatch(new RegExp(`redis://127.0.0.1:${server.port}/1: (WRONGPASS|NOAUTH)`))
      expect(error.message).not.toContain("secret")
    }
  })

  it("when the server speaks something else", async () => {
    const web = await addressOf(createHttpServer((_request, response) => void response.end("hello")))
    const mail = await addressOf(
      createServer((socket) => void socket.on("error", () => {}).write("220 mail ready\r\n")),
    )
    for (const address of [web, mail]) {
      const error = await failureOf(fromUrl(`redis://user:secret@${address}?connectTimeout=0.5`))
      expect(error.cause).toBeInstanceOf(RedisConnectionError)
      expect(error.message).toContain(`redis://${address}/0: `)
      expect(error.message).not.toContain("secret")
    }
  })

  it("when the server is no cluster, and when it is no sentinel", async () => {
    const { host } = new URL(healthyUrl)
    for (const url of [`${healthyUrl}?cluster`, `${healthyUrl}?sentinel=mymaster`]) {
      expect((await failureOf(fromUrl(url))).message).toContain(host)
    }
  })
})

describe("a client that its owner has closed", () => {
  it("rejects every call, and says so", async () => {
    const client = await createClient({ url: healthyUrl }).connect()
    await client.close()
    const backend = new RedisBackend({ client })
    expect((await failureOf(backend)).message).toContain("The client is closed")
    await expect(backend.incr("key", 1)).rejects.toThrow("The client is closed")
  })
})
