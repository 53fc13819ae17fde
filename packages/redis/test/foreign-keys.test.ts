import { randomUUID } from "node:crypto"
import KeyvRedis from "@keyv/redis"
import { describe, expect, it, onTestFinished } from "vitest"
import { RedisBackend } from "../src/index.js"
import { RedisProcess } from "./redis-process.js"
import { clusterUrls, url } from "./test-servers.js"

const value = Buffer.from("value")

async function keysOf(backend: RedisBackend, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of backend.keys(prefix)) keys.push(key)
  return keys.sort()
}

describe("a shared server", () => {
  it("keeps keys without the prefix, of any type and encoding", async () => {
    const server = await RedisProcess.start()
    const backend = new RedisBackend({ url: server.url })
    onTestFinished(() => backend.close())
    await server.ask("HSET", "session:1", "user", "7")
    await server.ask("SET", "apple", "other")
    await server.ask("SET", "tenant-b:key", "other")
    for (const key of ["app:1", "app::users:1", "tenant*:key"]) await backend.set(key, value)
    await backend.clear("app:")
    await backend.clear("tenant*")
    expect(await server.ask("DBSIZE")).toBe(3)
  })

  it("does not list keys that are not text", async () => {
    const server = await RedisProcess.start()
    const backend = new RedisBackend({ url: server.url })
    onTestFinished(() => backend.close())
    await backend.set("news:é", value)
    await server.ask("EVAL", 'redis.call("SET", "news:\\255", "other")', "0")
    expect(await keysOf(backend, "news:")).toEqual(["news:é"])
    await backend.clear("news:")
    expect(await server.ask("DBSIZE")).toBe(0)
  })

  it("is emptied by flush, which no cache calls", async () => {
    const server = await RedisProcess.start()
    const [one, other] = [0, 1].map((database) => new RedisBackend({ url: `${server.url}/${database}` }))
    onTestFinished(async () => void (await Promise.all([one?.close(), other?.close()])))
    await one?.set("key", value)
    await other?.set("key", value)
    await server.ask("SET", "other", "value")
    await one?.flush()
    expect(await server.ask("DBSIZE")).toBe(0)
    expect(await other?.get("key")).toEqual(value)
  })
})

describe("a shared client", () => {
  it("serves several backends, whatever its namespace", async () => {
    const prefix = randomUUID()
    const keyv = new KeyvRedis(url, { namespace: `${prefix}:a` })
    onTestFinished(() => keyv.disconnect())
    const [one, other] = [new RedisBackend({ client: keyv }), new RedisBackend({ client: keyv })]
    await one.set(`${prefix}:key`, value)
    expect(await other.get(`${prefix}:key`)).toEqual(value)
    await one.close()
    expect(await keyv.get("key")).toBeUndefined()
    expect(await other.delete(`${prefix}:key`)).toBe(true)
  })
})

describe("a cluster", () => {
  it("lists, counts and clears the keys of all its servers", async () => {
    const prefix = `${randomUUID()}:`
    const backend = new RedisBackend({ cluster: clusterUrls })
    onTestFinished(() => backend.close())
    const names = Array.from({ length: 2_500 }, (_, index) => `${prefix}${index}`).sort()
    await backend.setMany(
      names.map((key) => ({ key, value })),
      60_000,
    )
    expect(await keysOf(backend, prefix)).toEqual(names)
    expect((await backend.stats()).entries).toBeGreaterThanOrEqual(names.length)
    await backend.clear(prefix)
    expect(await keysOf(backend, prefix)).toEqual([])
  })
})
