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
})
