import { randomUUID } from "node:crypto"
import { type Fault, FaultProxy } from "@larder/conformance"
import { BackendError, Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { createClient } from "@redis/client"
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { TieredBackend } from "../src/index.js"
import { RedisBus } from "../src/redis.js"
import { eventually } from "./eventually.js"
import { server, url } from "./test-server.js"

const limit = 2_000
const nearTtl = 60_000
/** How much later a busy machine may let a call settle, in milliseconds. */
const lateness = 4_000

const warnings: string[] = []

beforeEach(() => {
  warnings.length = 0
  vi.spyOn(process, "emitWarning").mockImplementation((message) => void warnings.push(String(message)))
})

afterEach(() => {
  vi.restoreAllMocks()
})

/**
 * A cache over memory in front of Redis, which it and its bus reach through a proxy, and another process's cache that
 * needs none. The clock of what is near can be moved.
 */
async function tiersThroughProxy() {
  const proxy = new FaultProxy(server)
  const { host, port } = await proxy.listen()
  const proxied = `redis://${host}:${port}`
  const bus = new RedisBus({
    client: createClient({ url: proxied }),
    channel: `larder:test:${randomUUID()}`,
    connectTimeout: 0.5,
    replyTimeout: 0.25,
  })
  let ahead = 0
  const now = (): number => performance.now() + ahead
  const far = new RedisBackend({ url: proxied, connectTimeout: 0.5, replyTimeout: 0.5 })
  const near = new LocmemBackend({ now })
  const backend = new TieredBackend(near, far, { bus, nearTtl, now })
  const keyPrefix = `tiers-${randomUUID()}`
  const cache = new Cache(backend, { keyPrefix, operationTimeout: limit / 1_000 })
  const elsewhere = new Cache(new RedisBackend({ url }), { keyPrefix })
  onTestFinished(async () => {
    await proxy.heal()
    await elsewhere.clear()
    await Promise.all([cache.close(), elsewhere.close()])
    await proxy.close()
  })
  await eventually(() => bus.isConnected)
  await eventually(() =>
    cache.ping().then(
      () => true,
      () => false,
    ),
  )
  const advance = (milliseconds: number): void => {
    ahead += milliseconds
  }
  return { proxy, bus, near, cache, elsewhere, advance }
}

async function inTime<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const start = performance.now()
  const answer = await work()
  expect(performance.now() - start).toBeLessThan(limit + lateness)
  return answer
}

const faults: readonly Fault[] = [
  { kind: "refuse" },
  { kind: "silence" },
  { kind: "reset", afterBytes: 0 },
  { kind: "slow", latency: 3_600_000 },
]

describe("while Redis is away, and the bus with it", () => {
  for (const fault of faults) {
    it(`what is near is served for nearTtl at most, and Redis is found when it is back: ${fault.kind}`, async () => {
      const { proxy, bus, near, cache, elsewhere, advance } = await tiersThroughProxy()
      expect(await cache.setMany({ k: { a: 1 }, other: 2, removed: 3 })).toEqual([])
      await cache.set("tagged", "kept", { tags: ["t"], timeout: 600 })
      await cache.namespace("n").set("k", "kept")
      expect(await cache.get("tagged")).toBe("kept")
      expect(await cache.namespace("n").get("k")).toBe("kept")
      // Five entries, and the tokens of the tag and the namespace.
      await eventually(async () => (await near.stats()).entries === 7)
      const started = performance.now()
      await proxy.inflict(fault)
      await Promise.all(Array.from({ length: 10 }, (_, call) => inTime(() => cache.get(`missing ${call}`))))
      await eventually(() => !bus.isConnected)
      const served = async () => ({
        k: await cache.get("k"),
        many: Object.fromEntries(await cache.getMany(["k", "missing", "other"])),
        computed: await cache.getOrSet("k", () => "computed"),
        tagged: await cache.get("tagged"),
        named: await cache.namespace("n").get("k"),
      })
      expect(await inTime(served)).toEqual({
        k: { a: 1 },
        many: { k: { a: 1 }, other: 2 },
        computed: { a: 1 },
        tagged: "kept",
        named: "kept",
      })
      await expect(inTime(() => cache.delete("removed"))).rejects.toThrow(BackendError)
      expect(await cache.get("removed")).toBeUndefined()
      expect(warnings.filter((warning) => warning.includes("began to fail"))).toHaveLength(1)

      await elsewhere.set("k", "newer")
      advance(nearTtl)
      expect(await inTime(served)).toEqual({ k: undefined, many: {}, computed: "computed" })

      await proxy.heal()
      await eventually(async () => (await cache.get("k")) === "newer")
      await eventually(async () => !(await elsewhere.has("removed")))
      await eventually(async () => (await cache.get("tagged")) === "kept")
      expect(performance.now() - started).toBeLessThan(nearTtl)
    })
  }

  it("what is near is asked for again when only the bus was away", async () => {
    const { proxy, bus, cache, elsewhere } = await tiersThroughProxy()
    await cache.set("k", "old")
    await proxy.restart()
    await elsewhere.set("k", "new")
    await eventually(() => !bus.isConnected)
    await eventually(async () => (await cache.get("k")) === "new")
  })
})
