import { createClient } from "@keyv/redis"
import { Cache } from "@larder/core"
import { Redis } from "ioredis"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { RedisBackend } from "../src/index.js"
import { freePort, RedisProcess } from "./redis-process.js"

/** More failures than open the circuit breaker of a cache. */
const manyCalls = 20
const value = Buffer.from("value")

function cacheOn(backend: RedisBackend): Cache {
  const cache = new Cache(backend, { keyPrefix: "refusals", timeout: null, operationTimeout: 10 })
  onTestFinished(() => cache.close())
  return cache
}

/** The warnings of the process, by code. */
function warned(): string[] {
  const codes: string[] = []
  const spy = vi.spyOn(process, "emitWarning").mockImplementation((_message, options) => {
    codes.push((options as unknown as { code: string }).code)
  })
  onTestFinished(() => spy.mockRestore())
  return codes
}

/** Rejects unless reads are hits while the server rejects every write, and warnings are about refusals only. */
async function expectReadsServed(cache: Cache, refusal: string): Promise<void> {
  const backend = cache.backend as RedisBackend
  const codes = warned()
  for (let call = 0; call < manyCalls; call++) await cache.set(`new:${call}`, call)
  expect(await cache.get("kept")).toBe("value")
  await expect(cache.add("added", 1)).rejects.toMatchObject({
    code: "LARDER_BACKEND",
    message: expect.stringContaining(refusal),
  })
  expect(await cache.get("kept")).toBe("value")
  expect(codes).toEqual(["LARDER_REFUSAL"])
  const error: unknown = await backend.set("other", value).catch((reason: unknown) => reason)
  expect(String(error)).toContain(refusal)
  expect(backend.isRefusal(error)).toBe(true)
}

describe("a server that rejects writes serves reads", () => {
  it("while it is out of memory", async () => {
    const server = await RedisProcess.start("--maxmemory-policy", "noeviction")
    const cache = cacheOn(new RedisBackend({ url: server.url }))
    await cache.set("kept", "value")
    await server.ask("CONFIG", "SET", "maxmemory", "1")
    await expectReadsServed(cache, "OOM")
    // setMany sends a script.
    const pairs = Array.from({ length: 10 }, (_, index) => [`many:${index}`, index] as const)
    expect(await cache.setMany(pairs)).toHaveLength(10)
    expect(await cache.get("kept")).toBe("value")
    await server.ask("CONFIG", "SET", "maxmemory", "0")
    expect(await cache.add("added", 1)).toBe(true)
  })

  it("while it is a replica", async () => {
    const server = await RedisProcess.start()
    const cache = cacheOn(new RedisBackend({ url: server.url }))
    await cache.set("kept", "value")
    await server.ask("REPLICAOF", "127.0.0.1", String(await freePort()))
    await expectReadsServed(cache, "READONLY")
    await server.ask("REPLICAOF", "NO", "ONE")
    expect(await cache.add("added", 1)).toBe(true)
  })

  it.each([
    ["an own client", async (url: string) => new RedisBackend({ url })],
    ["node-redis", async (url: string) => new RedisBackend({ client: await openNodeRedis(url) })],
    ["ioredis", async (url: string) => new RedisBackend({ client: openIoredis(url) })],
  ])("to a read-only user, through %s", async (_client, open) => {
    const server = await RedisProcess.start()
    await server.ask("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@read", "+@connection", "+role")
    await cacheOn(new RedisBackend({ url: server.url })).set("kept", "value")
    const cache = cacheOn(await open(server.url.replace("//", "//reader:secret@")))
    await expectReadsServed(cache, "NOPERM")
  })
})

describe("an unavailable server", () => {
  it("has not refused an operation if it requires a password", async () => {
    const server = await RedisProcess.start()
    await server.ask("CONFIG", "SET", "requirepass", "right")
    const backend = new RedisBackend({ url: server.url })
    onTestFinished(() => backend.close())
    const error: unknown = await backend.get("key").catch((reason: unknown) => reason)
    expect(String(error)).toContain("NOAUTH")
    expect(backend.isRefusal(error)).toBe(false)
  })
})

async function openNodeRedis(url: string) {
  const client = await createClient({ url }).connect()
  onTestFinished(() => client.destroy())
  return client
}

function openIoredis(url: string) {
  const client = new Redis(url, { enableReadyCheck: false })
  onTestFinished(() => client.disconnect())
  return client
}
