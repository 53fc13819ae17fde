import KeyvRedis from "@keyv/redis"
import { Redis } from "ioredis"
import { describe, expect, it } from "vitest"
import { givenConnection } from "./given-client.js"

describe("a given client", () => {
  it("may not put a prefix before keys of its own", () => {
    const client = new Redis({ lazyConnect: true, keyPrefix: "app:" })
    expect(() => givenConnection(client)).toThrow(TypeError)
    expect(() => givenConnection(client)).toThrow('client has the keyPrefix "app:", expected none')
    client.disconnect()
  })

  it("has a listener for errors only until the backend is closed", async () => {
    const redis = new Redis({ lazyConnect: true })
    const keyv = new KeyvRedis("redis://127.0.0.1")
    for (const [client, emitter] of [
      [redis, redis],
      [keyv, keyv.client],
    ] as const) {
      const before = emitter.listenerCount("error")
      const connection = givenConnection(client)
      expect(emitter.listenerCount("error")).toBe(before + 1)
      await connection.close()
      await connection.close()
      expect(emitter.listenerCount("error")).toBe(before)
    }
    redis.disconnect()
  })

  it("has one listener for any number of backends, until the last of them is closed", async () => {
    const redis = new Redis({ lazyConnect: true })
    const before = redis.listenerCount("error")
    const connections = Array.from({ length: 20 }, () => givenConnection(redis))
    expect(redis.listenerCount("error")).toBe(before + 1)
    for (const connection of connections.slice(1)) await connection.close()
    await connections[1]?.close()
    expect(redis.listenerCount("error")).toBe(before + 1)
    await connections[0]?.close()
    expect(redis.listenerCount("error")).toBe(before)
    await givenConnection(redis).close()
    expect(redis.listenerCount("error")).toBe(before)
    redis.disconnect()
  })
})
