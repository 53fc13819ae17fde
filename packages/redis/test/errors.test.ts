import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server } from "node:net"
import KeyvRedis, { createClient, createCluster } from "@keyv/redis"
import { BackendError, Cache } from "@larder/core"
import { Cluster, Redis } from "ioredis"
import { describe, expect, it, onTestFinished } from "vitest"
import { fromUrl, RedisBackend, RedisConnectionError } from "../src/index.js"
import { freePort, RedisProcess } from "./redis-process.js"
import { clusterNodes, clusterUrls, url as healthyUrl } from "./test-servers.js"

/** A store that fails, and the location that its errors must contain. */
interface Broken {
  readonly backend: RedisBackend
  readonly place: string
}

/** The error of a cache whose store fails. Must not contain its password, which is "secret". */
async function failureOf({ backend, place }: Broken, operationTimeout = 10): Promise<BackendError> {
  const cache = new Cache(backend, { alias: "pages", onError: "throw", operationTimeout })
  onTestFinished(() => cache.close())
  const error: unknown = await cache.get("key").catch((reason: unknown) => reason)
  if (!(error instanceof BackendError)) throw new Error(`Expected a BackendError, got ${String(error)}`)
  expect(error).toMatchObject({ code: "LARDER_BACKEND", alias: "pages", backend: "redis", operation: "get" })
  expect(error.message).toContain('get of "key" failed in the redis backend of the cache "pages"')
  expect(error.message).toContain(place)
  expect(error.message).not.toContain("secret")
  return error
}

/** Starts a server that is not Redis. Returns its address. */
async function addressOf(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const web = () => addressOf(createHttpServer((_request, response) => void response.end("hello")))
const mail = () => addressOf(createServer((socket) => void socket.on("error", () => {}).write("220 mail ready\r\n")))
const silence = () => addressOf(createServer((socket) => void socket.on("error", () => {})))

describe("an error names the cache, the backend and the address, but no password,", () => {
  it.each(["", "?cluster", "?sentinel=mymaster"])("when the server is down, with %j", async (query) => {
    const place = `127.0.0.1:${await freePort()}`
    const { cause } = await failureOf({ backend: fromUrl(`redis://u:secret@${place}${query}`), place })
    expect(String(cause)).toContain("ECONNREFUSED")
  })

  it("when the host does not exist", async () => {
    const { cause } = await failureOf({
      backend: fromUrl("redis://:secret@nowhere.invalid:6379"),
      place: "nowhere.invalid",
    })
    expect(cause).toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
  })

  it("when the password is wrong, or missing", async () => {
    const server = await RedisProcess.start()
    await server.ask("CONFIG", "SET", "requirepass", "right")
    for (const credentials of [":secret@", "user:secret@", ""]) {
      for (const path of ["/1", "?cluster"]) {
        const place = `redis://127.0.0.1:${server.port}${path.replace("?cluster", "")}`
        const backend = fromUrl(`redis://${credentials}127.0.0.1:${server.port}${path}`)
        const { cause } = await failureOf({ backend, place })
        expect(cause).toBeInstanceOf(RedisConnectionError)
        expect(String(cause)).toMatch(/: (WRONGPASS|NOAUTH)/)
      }
    }
  })

  it.each([
    ["a web server", web],
    ["a mail server", mail],
    ["a server that says nothing", silence],
  ])("when the server is %s", async (_what, open) => {
    const address = await open()
    const backend = fromUrl(`redis://user:secret@${address}?connectTimeout=0.5`)
    const { cause } = await failureOf({ backend, place: `redis://${address}/0` })
    expect(cause).toBeInstanceOf(RedisConnectionError)
  })

  it("when the server does not answer within the operationTimeout", async () => {
    const server = await RedisProcess.start()
    const backend = new RedisBackend({ url: server.url })
    await backend.ping()
    server.pause()
    const { cause } = await failureOf({ backend, place: `redis://127.0.0.1:${server.port}/0` }, 0.2)
    expect(cause).toMatchObject({ name: "TimeoutError" })
    server.resume()
  })

  it("when the server is not a cluster, and when it is not a sentinel", async () => {
    const place = new URL(healthyUrl).host
    for (const query of ["?cluster", "?sentinel=mymaster"]) {
      await failureOf({ backend: fromUrl(`${healthyUrl}${query}`), place })
    }
  })

  it("when the server rejects a value that is too large", async () => {
    const server = await RedisProcess.start("--proto-max-bulk-len", "1mb")
    const cache = new Cache(new RedisBackend({ url: server.url }), { alias: "pages", onError: "throw" })
    onTestFinished(() => cache.close())
    const error: unknown = await cache.set("key", "x".repeat(2_000_000)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(BackendError)
    // The server closes the connection. Whether the client can read the reason first is a matter of timing.
    expect(String(error)).toContain('of the cache "pages"')
    expect(String(error)).toContain(`redis://127.0.0.1:${server.port}/0`)
  })
})

describe("a client that its owner has closed", () => {
  const place = new URL(healthyUrl).host

  it.each<readonly [string, () => Promise<Broken>, RegExp]>([
    [
      "node-redis",
      async () => {
        const client = await createClient({ url: healthyUrl }).connect()
        await client.close()
        return { backend: new RedisBackend({ client }), place }
      },
      /The client is closed/,
    ],
    [
      "node-redis on a cluster",
      async () => {
        const client = await createCluster({ rootNodes: clusterUrls.map((url) => ({ url })) }).connect()
        await client.close()
        return { backend: new RedisBackend({ client }), place: "" }
      },
      /The client is closed/,
    ],
    [
      "ioredis",
      async () => {
        const client = new Redis(healthyUrl)
        await client.quit()
        return { backend: new RedisBackend({ client }), place }
      },
      /Connection is closed/,
    ],
    [
      "ioredis on a cluster",
      async () => {
        const client = new Cluster(clusterNodes)
        await once(client, "ready")
        client.disconnect()
        await once(client, "end")
        return { backend: new RedisBackend({ client }), place: "" }
      },
      /Connection is closed/,
    ],
  ])("rejects every call with the reason, with %s", async (_client, close, reason) => {
    const broken = await close()
    expect((await failureOf(broken)).message).toMatch(reason)
    await expect(broken.backend.incr("key", 1)).rejects.toThrow(reason)
    await expect(broken.backend.ping()).rejects.toThrow(reason)
    await expect(broken.backend.clear("nothing:")).rejects.toThrow(reason)
  })

  it("reconnects on the next call with Keyv, as Keyv does", async () => {
    const keyv = new KeyvRedis(healthyUrl)
    const backend = new RedisBackend({ client: keyv })
    onTestFinished(() => keyv.disconnect(true))
    await backend.ping()
    await keyv.disconnect()
    await backend.ping()
  })
})
