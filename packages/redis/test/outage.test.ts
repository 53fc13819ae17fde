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

describe("a server that is not there", () => {
  it("rejects the first call and the following ones, each with the reason", async () => {
    const backend = backendOn({ url: `redis://127.0.0.1:${await freePort()}`, connectTimeout: 60 })
    for (let call = 0; call < 20; call++) await expect(backend.get("key")).rejects.toThrow("ECONNREFUSED")
  })

  it("is noticed when it is there at last", async () => {
    const server = await RedisProcess.start()
    await server.stop()
    const backend = backendOn({ url: server.url })
    await expect(backend.set("key", value)).rejects.toThrow()
    await server.start()
    await eventually(() => backend.set("key", value))
    expect(await backend.get("key")).toEqual(value)
  })

  it("rejects every key of a cluster and every call of a sentinel's master, too", async () => {
    const url = `redis://127.0.0.1:${await freePort()}`
    await expect(backendOn({ cluster: [url] }).get("key")).rejects.toThrow()
    await expect(backendOn({ sentinels: [url], master: "none" }).get("key")).rejects.toThrow(
      'No sentinel leads to the master "none"',
    )
  })
})

describe("a server that does not answer", () => {
  it("rejects a call when its greeting takes too long", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1")
    await once(silent, "listening")
    onTestFinished(() => void silent.close())
    const address = silent.address()
    const port = typeof address === "object" ? address?.port : undefined
    const backend = backendOn({ url: `redis://127.0.0.1:${port}`, connectTimeout: 0.2 })
    await expect(backend.get("key")).rejects.toThrow("did not answer within 200 ms")
  })

  it("is left, and used again when it answers", async () => {
    const server = await RedisProcess.start()
    const backend = backendOn({ url: server.url, connectTimeout: 0.2, replyTimeout: 0.5 })
    await eventually(() => backend.set("key", value))
    server.pause()
    await expect(backend.get("key")).rejects.toThrow("No reply within 500 ms")
    await expect(backend.get("key")).rejects.toThrow("did not answer within 200 ms")
    server.resume()
    expect(await eventually(() => backend.get("key"))).toEqual(value)
  })

  it("does not hold up close for long", async () => {
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
  it("costs calls, and no more: the next ones find it again", async () => {
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

  it("raises no uncaught exception through a client that nobody listens to", async () => {
    const server = await RedisProcess.start()
    const keyv = new KeyvRedis(server.url)
    onTestFinished(() => keyv.disconnect(true))
    const backend = backendOn({ client: keyv })
    await backend.set("key", value)
    // An uncaught exception would end the run of the tests.
    await server.stop()
    await server.start()
    await eventually(() => backend.set("key", value))
    expect(await backend.get("key")).toEqual(value)
  })
})
