import { once } from "node:events"
import { createServer } from "node:net"
import KeyvRedis from "@keyv/redis"
import { describe, expect, it, onTestFinished } from "vitest"
import { RedisBackend, type RedisBackendOptions } from "../src/index.js"
import { eventually } from "./eventually.js"
import { freePort, RedisProcess } from "./redis-process.js"

const value = Buffer.from("value")

function backendOn(options: RedisBackendOptions): RedisBackend {
  const backend = new RedisBackend(options)
  onTestFinished(() => backend.close())
  return backend
}

describe("a server that is down", () => {
  it("rejects every call with the reason", async () => {
    const backend = backendOn({ url: `redis://127.0.0.1:${await freePort()}`, connectTimeout: 60 })
    for (let call = 0; call < 20; call++) await expect(backend.get("key")).rejects.toThrow("ECONNREFUSED")
  })

  it("is used as soon as it is up", async () => {
    const server = await RedisProcess.start()
    await server.stop()
    const backend = backendOn({ url: server.url })
    await expect(backend.set("key", value)).rejects.toThrow()
    await server.start()
    await eventually(() => backend.set("key", value))
    expect(await backend.get("key")).toEqual(value)
  })

  it("also rejects every call in a cluster, and behind a sentinel", async () => {
    const url = `redis://127.0.0.1:${await freePort()}`
    await expect(backendOn({ cluster: [url] }).get("key")).rejects.toThrow()
    await expect(backendOn({ sentinels: [url], master: "none" }).get("key")).rejects.toThrow(
      'No sentinel leads to the master "none"',
    )
  })
})

describe("a server that does not answer", () => {
  it("rejects a call if its greeting takes too long", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1")
    await once(silent, "listening")
    onTestFinished(() => void silent.close())
    const address = silent.address()
    const port = typeof address === "object" ? address?.port : undefined
    const backend = backendOn({ url: `redis://127.0.0.1:${port}`, connectTimeout: 0.2 })
    await expect(backend.get("key")).rejects.toThrow("did not answer within 200 ms")
  })

  it("is disconnected, and used again when it answers", async () => {
    const server = await RedisProcess.start()
    const backend = backendOn({ url: server.url, connectTimeout: 0.2, replyTimeout: 0.5 })
    await eventually(() => backend.set("key", value))
    server.pause()
    await expect(backend.get("key")).rejects.toThrow("No reply within 500 ms")
    await expect(backend.get("key")).rejects.toThrow("did not answer within 200 ms")
    server.resume()
    expect(await eventually(() => backend.get("key"))).toEqual(value)
  })

  it("does not delay close for long", async () => {
    const server = await RedisProcess.start()
    const backend = backendOn({ url: server.url, replyTimeout: 60 })
    await backend.set("key", value)
    server.pause()
    const call = expect(backend.get("key")).rejects.toThrow()
    await backend.close()
    await call
    server.resume()
  })
})

describe("a server that restarts", () => {
  it("fails pending calls only: later ones reconnect", async () => {
    const server = await RedisProcess.start()
    const backend = backendOn({ url: server.url })
    for (let round = 0; round < 3; round++) {
      await eventually(() => backend.set("key", value))
      const calls = Promise.allSettled(Array.from({ length: 100 }, () => backend.get("key")))
      await server.stop()
      await calls
      await expect(backend.get("key")).rejects.toThrow()
      await server.start()
    }
    await eventually(() => backend.set("key", value))
    expect(await backend.get("key")).toEqual(value)
  })

  it("causes no uncaught exception through a client without listeners", async () => {
    const server = await RedisProcess.start()
    const keyv = new KeyvRedis(server.url)
    onTestFinished(() => keyv.disconnect(true))
    const backend = backendOn({ client: keyv })
    await backend.set("key", value)
    // An uncaught exception would fail the test run.
    await server.stop()
    await server.start()
    await eventually(() => backend.set("key", value))
    expect(await backend.get("key")).toEqual(value)
  })
})
