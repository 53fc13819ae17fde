import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, connect, createServer, type Server } from "node:net"
import { BackendError, Cache } from "@larder/core"
import { startMemcached } from "@larder/services/memcached-server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { fromUrl, type MemcachedBackend } from "../src/index.js"
import { openSecured } from "./secured-server.js"
import { servers } from "./servers.js"
import { openProxy } from "./workbench.js"

/** The error of a cache whose store fails. Must not contain its password, which is "secret". */
async function failureOf(
  backend: MemcachedBackend,
  address: string,
  call: (cache: Cache) => Promise<unknown> = (cache) => cache.get("key"),
  operationTimeout = 10,
): Promise<BackendError> {
  const cache = new Cache(backend, { alias: "pages", onError: "throw", operationTimeout })
  onTestFinished(() => cache.close())
  const error: unknown = await call(cache).catch((reason: unknown) => reason)
  if (!(error instanceof BackendError)) throw new Error(`Expected a BackendError, got ${String(error)}`)
  expect(error).toMatchObject({ code: "LARDER_BACKEND", alias: "pages", backend: "memcached" })
  expect(error.message).toContain('of "key" failed in the memcached backend of the cache "pages"')
  expect(error.message).toContain(address)
  expect(error.message).not.toContain("secret")
  return error
}

/** Starts a server that is not Memcached. Returns its address. */
async function addressOf(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const web = () => addressOf(createHttpServer((_request, response) => void response.end("hello")))
const mail = () => addressOf(createServer((socket) => void socket.on("error", () => {}).write("220 mail ready\r\n")))
const silence = () => addressOf(createServer(() => {}))
const nobody = async () => {
  const server = createServer()
  const address = await addressOf(server)
  server.close()
  await once(server, "close")
  return address
}

describe("an error names the cache, the backend and the address, but no password,", () => {
  it.each([
    ["nobody listens there", nobody, "CONNECTION"],
    ["the server is a web server", web, "PROTOCOL"],
    ["the server is a mail server", mail, "PROTOCOL"],
    ["the server says nothing", silence, "TIMEOUT"],
  ])("when %s", async (_what, open, code) => {
    const address = await open()
    expect((await failureOf(fromUrl(`memcached://${address}`), address)).cause).toMatchObject({ code })
    const withLogin = await failureOf(fromUrl(`memcached://u:secret@${address}`), address)
    expect(withLogin.cause).toMatchObject({ name: "MemcachedError" })
  })

  it("when the host does not exist", async () => {
    const backend = fromUrl("memcached://nowhere.invalid:11211")
    const { cause } = await failureOf(backend, "nowhere.invalid:11211")
    expect(cause).toMatchObject({ code: "CONNECTION" })
  })

  it("when the password is wrong", async () => {
    const { address } = await openSecured({ login: true })
    const { cause } = await failureOf(fromUrl(`memcached://alice:secret@${address}`), address)
    expect(cause).toMatchObject({ code: "LOGIN" })
  })

  it("when the server does not answer within the operationTimeout", async () => {
    const proxy = await openProxy()
    const backend = fromUrl(`memcached://${proxy.address}`)
    await backend.ping()
    proxy.onReply = () => {}
    const { cause } = await failureOf(backend, `memcached://${proxy.address}`, (cache) => cache.get("key"), 0.2)
    expect(cause).toMatchObject({ name: "TimeoutError" })
  })

  it("when the server has too many connections, and works when it has fewer", async () => {
    const most = 30
    const { port, stop } = await startMemcached({ args: ["-t", "1", "-c", `${most}`] })
    onTestFinished(stop)
    const address = `127.0.0.1:${port}`
    const others = Array.from({ length: most }, () => connect(port, "127.0.0.1").on("error", () => {}))
    onTestFinished(() => others.forEach((socket) => void socket.destroy()))
    await Promise.all(others.map((socket) => once(socket, "connect")))
    const backend = fromUrl(`memcached://${address}`)
    const { cause } = await failureOf(backend, address)
    expect(cause).toMatchObject({ code: "PROTOCOL", message: expect.stringMatching(/Too many open connections", an/) })
    for (const socket of others) socket.destroy()
    await vi.waitFor(() => backend.ping(), 5_000)
  })

  it("when a value is too large", async () => {
    const [address = ""] = servers
    const backend = fromUrl(`memcached://${address}?maxValueBytes=1000`)
    const { cause } = await failureOf(backend, address, (cache) => cache.set("key", "x".repeat(1001)))
    expect(cause).toMatchObject({ code: "TOO_LARGE" })
  })
})
